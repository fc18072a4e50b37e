import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

const PRELUDE = `
import assert from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import * as engineExports from '@wasm-dyno/engine';
const { Engine, Func, Global, Linker, LinkError, Memory, ResourceLimitError, Store, Table, Trap, ValueType } = engineExports;
const binary = async (text) => new Uint8Array(await parse(text));
const collect = async (turns = 5) => {
  for (let turn = 0; turn < turns; turn++) { gc(); await new Promise((resolve) => setTimeout(resolve, 1)); }
};
// What works once the collector has taken what it can, and told of it: at the latest after many turns.
const eventually = async (work) => {
  for (let turn = 0; ; turn++) {
    try { return work(); } catch (error) { if (turn === 500) throw error; }
    await collect(1);
  }
};
`;

/**
 * Runs JavaScript in a process of its own: what it would do to this one's memory, heap and stack is its own affair. Fails with what
 * the script threw, or how the process ended.
 */
export async function runInProcess(script: string, ...nodeOptions: readonly string[]): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [...nodeOptions, '--input-type=module', '--eval', PRELUDE + script],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' }, timeout: 500_000 },
  );
  return stdout;
}
