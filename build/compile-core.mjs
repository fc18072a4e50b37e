// AssemblyScript compiles without optimising, Binaryen optimises: asc alone inlines every function that has one caller, and one
// seldom used operator then costs the host's optimiser 13 ms. The functions stay small so (`-ocimfs=0`).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../node_modules', import.meta.url));

/** Of WebAssembly, beyond its first version: all that Node 20 and today's browsers have and the compiler uses. */
const FEATURES = [
  '--enable-bulk-memory',
  '--enable-bulk-memory-opt',
  '--enable-sign-ext',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
];

/** The bytes of the core whose sources are in a folder. */
export function compiledCore(assembly) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-core-'));
  const run = (program, ...args) =>
    execFileSync(process.execPath, [path.join(packages, program), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  try {
    const plain = path.join(scratch, 'plain.wasm');
    const optimised = path.join(scratch, 'optimised.wasm');
    run(
      'assemblyscript/bin/asc.js',
      path.join(assembly, 'front-end.ts'),
      '-O0',
      '--noAssert',
      ...['--runtime', 'stub'],
      ...['--memoryBase', '1024'],
      ...['--initialMemory', '15', '--maximumMemory', '8192'],
      ...['--outFile', plain],
    );
    run(
      'binaryen/bin/wasm-opt',
      plain,
      ...FEATURES,
      '-O3',
      '-ocimfs=0',
      '--strip-debug',
      '--strip-producers',
      '-o',
      optimised,
    );
    return readFileSync(optimised);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
