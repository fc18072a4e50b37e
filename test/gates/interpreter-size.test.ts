import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUDGET_BYTES, V8_LIMIT_BYTES, measureInterpreterSize } from './interpreter-size.js';

const built = fileURLToPath(new URL('../../engine/dist', import.meta.url));

describe("the interpreter's loop", () => {
  it('is small enough for V8 to optimise, and is optimised', () => {
    const { bytecodeBytes, optimized } = measureInterpreterSize(built);
    assert.ok(bytecodeBytes <= BUDGET_BYTES, `${bytecodeBytes} bytes of bytecode`);
    assert.ok(optimized);
  });

  it('is found out when padded past the limit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-padded-'));
    try {
      cpSync(built, folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      const file = join(folder, 'bundle.js');
      const source = readFileSync(file, 'utf8');
      // The bundle has short names for what is local: `code` and `pc` are what the loop's switch says.
      const padding = (code: string, pc: string): string =>
        Array.from(
          { length: 900 },
          (_, n) =>
            `case ${1000 + n}: ${code}[${code}[${pc} + 1]] = ${code}[${pc} + 2] * ${n} + ${code}[${pc} + 3]; ${pc} += 4; continue;\n`,
        ).join('');
      const loop = source.indexOf('function interpret(');
      const padded =
        source.slice(0, loop) +
        source
          .slice(loop)
          .replace(
            /switch\s*\((\w+)\[(\w+)\]\)\s*\{/,
            (head, code: string, pc: string) => head + padding(code, pc),
          );
      assert.notEqual(padded, source);
      writeFileSync(file, padded);
      const { bytecodeBytes, optimized } = measureInterpreterSize(folder);
      assert.ok(bytecodeBytes > V8_LIMIT_BYTES, `${bytecodeBytes} bytes of bytecode`);
      assert.ok(!optimized);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
