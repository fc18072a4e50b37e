import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { FunctionBuilder, ModuleBuilder, Operator, ValueType } from '@wasm-dyno/corpora';

const run = promisify(execFile);

/** Makes any process tell its processor time, its own start included, when it ends. */
export const TELL_CPU =
  'process.on("exit",()=>{const{user,system}=process.cpuUsage();require("fs").writeSync(1,`\\n${user+system}`)})';

/** A process to be started. */
export interface Variant {
  readonly name: string;
  readonly arguments: readonly string[];
}

/** Runs a process to its end, which `teller`, a file of `TELL_CPU`, makes tell its processor time. */
export async function startOnce(teller: string, variant: Variant, node = process.execPath) {
  const started = performance.now();
  const { stdout } = await run(node, ['--require', teller, ...variant.arguments]);
  const wallMilliseconds = performance.now() - started;
  return { wallMilliseconds, cpuMilliseconds: Number(stdout.trim().split('\n').at(-1)) / 1000 };
}

/** What the worker is given: a module of 1 KB in base64, and what its `run(20)` gives. */
export function smallModule(): readonly [module: string, result: string] {
  const builder = new ModuleBuilder();
  const step = builder.addFunction([ValueType.I32], [ValueType.I32], (body) => emitSteps(body));
  const entry = builder.addFunction([ValueType.I32], [ValueType.I32], (body) => {
    const sum = body.local(ValueType.I32);
    body.loop('empty', () => {
      body.localGet(sum).call(step).localSet(sum);
      body.localGet(0).i32Const(1).operator(Operator.I32Sub).localTee(0).brIf(0);
    });
    body.localGet(sum);
  });
  builder.exportFunction('run', entry);
  const bytes = builder.toBytes().slice();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const result = (instance.exports['run'] as (argument: number) => number)(20);
  return [Buffer.from(bytes).toString('base64'), String(result)];
}

function emitSteps(body: FunctionBuilder): void {
  for (let i = 0; body.codeBytes < 930; i++) {
    body
      .localGet(0)
      .i32Const(i * 77)
      .operator(Operator.I32Add)
      .i32Const(i % 31);
    body.operator(i % 2 === 0 ? Operator.I32Rotl : Operator.I32Xor).localSet(0);
  }
  body.localGet(0);
}
