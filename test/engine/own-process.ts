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
`;

/**
 * Runs JavaScript in a process of its own: what it would do to this one's memory, heap and stack is its own affair. Fails with what
 * the script threw, or how the process ended.
 */
export async function runInProcess(script: string, ...nodeOptions: readonly string[]): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [...nodeOptions, '--input-type=module', '--eval', PRELUDE + script],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' }, timeout: 120_000 },
  );
  return stdout;
}
