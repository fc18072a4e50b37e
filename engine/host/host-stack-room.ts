import type { EnforcedLimits } from '../enforced-limits.js';
import { Operator } from '../binary/operator.js';
import { SectionCode } from '../binary/section-code.js';
import { ExecutorError, UnsupportedModuleError } from '../errors.js';
import { OUTSIDE_CALL_COST } from '../types/frame-cost.js';
import { ValueType } from '../types/value-type.js';
import { isHostStackEnd } from './host-stack-end.js';
import { type Bytes, nameBytes, section, sized, unsigned, vector } from '../binary/module-parts.js';
import { compileSmallModule } from './small-module.js';
import {
  HOST_WEB_ASSEMBLY,
  type HostCompiledModule,
  type HostFunction,
  type HostLinearMemory,
  hostWebAssembly,
} from './web-assembly.js';

/** Values that a frame of the probe keeps across its call: each takes eight bytes of the host's stack, whichever compiler made it. */
const VALUES_PER_FRAME = 100;
const BYTES_PER_SLOT = 8;
const ARGUMENTS = new Array<number>(VALUES_PER_FRAME).fill(0);
/** Room beyond what is counted: for the engine's own frames, and for those of whoever makes stores. */
const SPARE_BYTES = 65_536;

/** The most slots that there was room for so far. */
let provenSlots = 0;

/**
 * Makes sure that the host's stack has room for what recursion may come to on the host executor: where the stack ends must not decide where
 * recursion does.
 * @throws ExecutorError when it has not
 */
export function requireStackForRecursion({ maximumStackSlots }: EnforcedLimits): void {
  requireHostStack(maximumStackSlots, `a maximumStackSlots of ${maximumStackSlots}`, 'that limit');
}

/**
 * Makes sure that the host's stack has room for the calls from outside that may nest, each within an embedder function of the one before: asked
 * when the first does.
 * @throws ExecutorError when it has not
 */
export function requireStackForNesting({ maximumNestedCalls, maximumStackSlots }: EnforcedLimits): void {
  const slots = Math.min(maximumNestedCalls * OUTSIDE_CALL_COST, maximumStackSlots);
  if (slots <= provenSlots) return;
  const limits = `a maximumNestedCalls of ${maximumNestedCalls} and a maximumStackSlots of ${maximumStackSlots}`;
  requireHostStack(slots, `embedder functions that call back, with ${limits}`, 'one of the limits');
}

/** The most slots that a stack of a suspendable call had room for so far. */
let provenWaitingSlots = 0;

/**
 * Makes sure of the same for the stack of its own that the host gives a call which may be suspended.
 * @throws ExecutorError when it has no such room
 */
export function requireWaitingStack({ maximumStackSlots }: EnforcedLimits): void {
  if (maximumStackSlots <= provenWaitingSlots) return;
  const { Instance, promising } = hostWebAssembly();
  const { exports } = new Instance(probeModule()!);
  const view = new DataView((exports['memory'] as HostLinearMemory).buffer);
  // Frames add up what the memory holds, and put it at its beginning: unless the stack ends.
  view.setInt8(BYTES_PER_SLOT, 1);
  promising!(exports['probe'] as HostFunction)(framesFor(maximumStackSlots)).catch(() => undefined);
  if (view.getInt8(0) === 0) {
    const kibibytes = Math.ceil((maximumStackSlots * BYTES_PER_SLOT) / 1024);
    throw new ExecutorError(
      `the stacks that this host gives suspendable calls have no room for a maximumStackSlots of ${maximumStackSlots} (${kibibytes} KiB): ` +
        `lower that limit, or have larger ones (node --wasm-stack-switching-stack-size)`,
    );
  }
  provenWaitingSlots = maximumStackSlots;
}

function framesFor(slots: number): number {
  return Math.ceil((slots * BYTES_PER_SLOT + SPARE_BYTES) / (VALUES_PER_FRAME * BYTES_PER_SLOT));
}

/** Takes so many slots of the host's stack, once. @throws ExecutorError when it has not as many */
function requireHostStack(slots: number, use: string, lowered: string): void {
  if (slots <= provenSlots) return;
  try {
    probe()(framesFor(slots));
  } catch (error) {
    if (!isHostStackEnd(error)) throw error;
    const kibibytes = Math.ceil((slots * BYTES_PER_SLOT) / 1024);
    throw new ExecutorError(
      `the stack of this host has no room for ${use} (${kibibytes} KiB): ` +
        `lower ${lowered}, or give the host a larger stack (node --stack-size, resourceLimits.stackSizeMb of a worker)`,
    );
  }
  provenSlots = slots;
}

/** A function that calls itself so many times, with a hundred values on the stack each. */
function probe(): (frames: number) => void {
  const module = probeModule();
  if (HOST_WEB_ASSEMBLY === undefined || module === undefined) return scriptProbe;
  return new HOST_WEB_ASSEMBLY.Instance(module).exports['probe'] as (frames: number) => void;
}

/** Undefined where the host has no WebAssembly, or lets none be made (a content security policy). */
function probeModule(): HostCompiledModule | undefined {
  if (HOST_WEB_ASSEMBLY === undefined) return undefined;
  const type: Bytes = [0x60, 1, ValueType.I32, 0];
  const memory: Bytes = [0, 1];
  const exported: readonly Bytes[] = [
    [...nameBytes('probe'), 0, 0],
    [...nameBytes('memory'), 2, 0],
  ];
  try {
    return compileSmallModule(
      section(SectionCode.Type, [type]),
      section(SectionCode.Function, [[0]]),
      section(SectionCode.Memory, [memory]),
      section(SectionCode.Export, exported),
      section(SectionCode.Code, [sized([...vector([]), ...probeOperators()])]),
    );
  } catch (error) {
    if (error instanceof UnsupportedModuleError) return undefined;
    throw error;
  }
}

/** Where the host has no WebAssembly: a call with as many arguments puts them on the stack, whatever is made of the function. */
function scriptProbe(this: unknown, frames: number): void {
  if (frames > 0) Reflect.apply(scriptProbe, undefined, [frames - 1, ...ARGUMENTS]);
}

/** Keeps values of its memory across each call. */
function probeOperators(): Bytes {
  const loads: number[] = [];
  for (let i = 0; i < VALUES_PER_FRAME; i++)
    loads.push(Operator.I32Const, 0, Operator.I64Load, 3, ...unsigned(BYTES_PER_SLOT * i));
  const additions = new Array<number>(VALUES_PER_FRAME - 1).fill(Operator.I64Add);
  return [
    ...[Operator.I32Const, 0],
    ...loads,
    ...[Operator.LocalGet, 0, Operator.If, 0x40],
    ...[Operator.LocalGet, 0, Operator.I32Const, 1, Operator.I32Sub, Operator.Call, 0, Operator.End],
    ...additions,
    ...[Operator.I64Store, 3, 0, Operator.End],
  ];
}
