import { Operator } from '../binary/operator.js';
import { SectionCode } from '../binary/section-code.js';
import { type Bytes, nameBytes, section, sized, unsigned } from '../binary/module-parts.js';
import { compileSmallModule } from '../host/small-module.js';
import { type HostCompiledModule, type HostFunction, hostWebAssembly } from '../host/web-assembly.js';
import type { FunctionType } from '../types/function-type.js';
import { ValueType } from '../types/value-type.js';
import { SUSPENSION } from './suspension.js';
import { signature } from './value-bridge.js';

const modules = new WeakMap<FunctionType, HostCompiledModule>();

/** Indices of what the module imports, and of its types. */
const TARGET = 0;
const ANSWERS = 1;
const WAIT = 2;
const REFUSED = 3;
const CALL = 4;
const RESULTS_TYPE = 1;

/**
 * A function of the host's WebAssembly that calls `target`, an embedder function of this type. Where that has failed in a call that can be
 * suspended it waits, which JavaScript in between could not: then the results are what `answers` gives, or those of calling it anew.
 */
export function waitingCallee(target: HostFunction, answers: HostFunction, type: FunctionType): HostFunction {
  let module = modules.get(type);
  if (module === undefined) modules.set(type, (module = waitingModule(type)));
  const { refused, wait } = SUSPENSION.functions;
  const b = { target, answers, wait, refused, stopped: SUSPENSION.stopped };
  const { exports } = new (hostWebAssembly().Instance)(module, { b });
  return exports['call'] as HostFunction;
}

function waitingModule({ parameters, results }: FunctionType): HostCompiledModule {
  const imported = (name: string, description: Bytes) => [
    ...nameBytes('b'),
    ...nameBytes(name),
    ...description,
  ];
  const body = [
    ...[Operator.Loop, RESULTS_TYPE],
    ...parameters.flatMap((_, i) => [Operator.LocalGet, ...unsigned(i)]),
    ...[Operator.Call, TARGET, Operator.GlobalGet, 0, Operator.I32Eqz, Operator.BrIf, 1],
    ...results.map(() => Operator.Drop),
    ...[Operator.Call, WAIT, Operator.Call, REFUSED, Operator.BrIf, 0, Operator.Call, ANSWERS],
    ...[Operator.End, Operator.End],
  ];
  return compileSmallModule(
    section(SectionCode.Type, [
      signature(parameters, results),
      signature([], results),
      signature([], [ValueType.I32]),
      signature([ValueType.I32], [ValueType.I32]),
    ]),
    section(SectionCode.Import, [
      imported('target', [0, 0]),
      imported('answers', [0, RESULTS_TYPE]),
      imported('wait', [0, 2]),
      imported('refused', [0, 3]),
      imported('stopped', [3, ValueType.I32, 1]),
    ]),
    section(SectionCode.Function, [[0]]),
    section(SectionCode.Export, [[...nameBytes('call'), 0, CALL]]),
    section(SectionCode.Code, [sized([0, ...body])]),
  );
}
