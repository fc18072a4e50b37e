import { SectionCode } from '../binary/section-code.js';
import { nameBytes, section, sized } from '../binary/module-parts.js';
import { compileSmallModule } from '../host/small-module.js';
import { HOST_WEB_ASSEMBLY } from '../host/web-assembly.js';

/** Tells what the machine takes now to fill a byte, in nanoseconds; undefined where it cannot tell. */
export type MemsetReference = () => number | undefined;

/** Sizes of fillings that a slope is taken between. */
export interface FilledSizes {
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** Where no profile says between which sizes its unit was measured. */
const SIZES: FilledSizes = { fromBytes: 4_096, toBytes: 16_384 };
const MOST_BYTES = 262_144;
/** The larger filling takes so much longer: some microseconds, whatever the sizes. */
const BYTES_MORE = 196_608;
const READINGS = 3;
/** A clock that is coarser, as pages have it, sees nothing of a few microseconds. */
const COARSEST_CLOCK_NANOSECONDS = 500;

/**
 * The memset that a fuel is a time of, timed again in a few microseconds: hot, its slope between two sizes, each the least of three readings.
 * The sizes are those of the profile's unit: a byte takes twice as long where they do not fit into the innermost cache. Undefined where the
 * host has no WebAssembly, or no clock for it.
 */
export function memsetReference({ fromBytes, toBytes } = SIZES): MemsetReference | undefined {
  const fill = fillLoop();
  if (fill === undefined || clockStep() > COARSEST_CLOCK_NANOSECONDS) return undefined;
  const large = Math.min(toBytes, MOST_BYTES);
  const small = Math.min(fromBytes, large / 2);
  const calls = Math.ceil(BYTES_MORE / (large - small));
  fill(calls, large);
  return () => {
    // The first fillings find cold caches, the small ones most of all: the least of each may be of different readings.
    let [leastOfSmall, leastOfLarge] = [Infinity, Infinity];
    for (let i = 0; i < READINGS; i++) {
      const start = performance.now();
      fill(calls, small);
      const middle = performance.now();
      fill(calls, large);
      leastOfSmall = Math.min(leastOfSmall, middle - start);
      leastOfLarge = Math.min(leastOfLarge, performance.now() - middle);
    }
    const nanoseconds = 1e6 * (leastOfLarge - leastOfSmall);
    return nanoseconds > 0 ? nanoseconds / (calls * (large - small)) : undefined;
  };
}

/** The smallest step that the clock was seen to make. */
function clockStep(): number {
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    let now = start;
    for (let looks = 0; now === start && looks < 100_000; looks++) now = performance.now();
    if (now > start) least = Math.min(least, 1e6 * (now - start));
  }
  return least;
}

type Fill = (calls: number, size: number) => void;

function fillLoop(): Fill | undefined {
  if (HOST_WEB_ASSEMBLY === undefined) return undefined;
  const [i32, calls, size] = [0x7f, 0, 1];
  try {
    const module = compileSmallModule(
      section(SectionCode.Type, [[0x60, 2, i32, i32, 0]]),
      section(SectionCode.Function, [[0]]),
      section(SectionCode.Memory, [[0, MOST_BYTES / 65_536]]),
      section(SectionCode.Export, [[...nameBytes('fill'), 0, 0]]),
      section(SectionCode.Code, [
        sized([
          ...[0, 0x03, 0x40],
          // memory.fill(0, calls, size)
          ...[0x41, 0, 0x20, calls, 0x20, size, 0xfc, 11, 0],
          // if (--calls) again
          ...[0x20, calls, 0x41, 1, 0x6b, 0x22, calls, 0x0d, 0],
          ...[0x0b, 0x0b],
        ]),
      ]),
    );
    return new HOST_WEB_ASSEMBLY.Instance(module).exports['fill'] as Fill;
  } catch {
    return undefined;
  }
}
