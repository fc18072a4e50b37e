// Assembles WebAssembly text, and optimises it, with the pinned Binaryen: everybody's build gives the same bytes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const optimiser = fileURLToPath(new URL('../node_modules/binaryen/bin/wasm-opt', import.meta.url));

/** The module's bytes. `options` are those of `wasm-opt`. */
export function assembled(source, options) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-assemble-'));
  try {
    const text = path.join(scratch, 'module.wat');
    const bytes = path.join(scratch, 'module.wasm');
    writeFileSync(text, source);
    execFileSync(process.execPath, [optimiser, text, ...options, '-O2', '-o', bytes], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return readFileSync(bytes);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
