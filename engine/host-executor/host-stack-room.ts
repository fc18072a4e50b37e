import { Operator } from '../binary/operator.js';
import { SectionCode } from '../binary/section-code.js';
import { ExecutorError } from '../errors.js';
import { isHostStackEnd } from '../host/host-stack-end.js';
import { ValueType } from '../types/value-type.js';
import {
  type Bytes,
  compileSmallModule,
  nameBytes,
  section,
  sized,
  unsigned,
  vector,
} from './small-module.js';
import { hostWebAssembly } from '../host/web-assembly.js';

/** Values that a frame of the probe keeps across its call: each takes eight bytes of the host's stack, whichever compiler made it. */
const VALUES_PER_FRAME = 100;
const BYTES_PER_SLOT = 8;
/** Room beyond what is counted: for the engine's own frames, and for those of whoever makes stores. */
const SPARE_BYTES = 65_536;

/** The most slots that there was room for so far. */
let provenSlots = 0;

/**
 * Makes sure that the host's stack has room for so many slots, by taking it once: where it ends must not decide where recursion does.
 * @throws ExecutorError when it has not
 */
export function requireHostStack(slots: number): void {
  if (slots <= provenSlots) return;
  const frames = Math.ceil((slots * BYTES_PER_SLOT + SPARE_BYTES) / (VALUES_PER_FRAME * BYTES_PER_SLOT));
  try {
    probe()(frames);
  } catch (error) {
    if (!isHostStackEnd(error)) throw error;
    const kibibytes = Math.ceil((slots * BYTES_PER_SLOT) / 1024);
    throw new ExecutorError(
      `the stack of this host has no room for a maximumStackSlots of ${slots} (${kibibytes} KiB): ` +
        'lower that limit, or give the host a larger stack (node --stack-size, resourceLimits.stackSizeMb of a worker)',
    );
  }
  provenSlots = slots;
}

/** A function that calls itself so many times, and keeps values of its memory across each call. */
function probe(): (frames: number) => void {
  const { Instance } = hostWebAssembly();
  const type: Bytes = [0x60, 1, ValueType.I32, 0];
  const memory: Bytes = [0, 1];
  const exported: Bytes = [...nameBytes('probe'), 0, 0];
  const module = compileSmallModule(
    section(SectionCode.Type, [type]),
    section(SectionCode.Function, [[0]]),
    section(SectionCode.Memory, [memory]),
    section(SectionCode.Export, [exported]),
    section(SectionCode.Code, [sized([...vector([]), ...probeOperators()])]),
  );
  return new Instance(module).exports['probe'] as (frames: number) => void;
}

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
