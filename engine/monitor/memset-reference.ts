import { SectionCode } from '../binary/section-code.js';
import { nameBytes, section, sized } from '../binary/module-parts.js';
import { compileSmallModule } from '../host/small-module.js';
import { HOST_WEB_ASSEMBLY } from '../host/web-assembly.js';

/** Tells what the machine takes now to fill a byte, in nanoseconds; undefined where it cannot tell. */
export type MemsetReference = () => number | undefined;

const CALLS = 16;
const [SMALL, LARGE] = [4_096, 16_384];
const READINGS = 3;
/** A clock that is coarser, as pages have it, sees nothing of a few microseconds. */
const COARSEST_CLOCK_NANOSECONDS = 500;

/**
 * The memset that a fuel is a time of, timed again in a few microseconds: hot, its slope between two sizes, the least of three readings.
 * Undefined where the host has no WebAssembly, or no clock for it.
 */
export function memsetReference(): MemsetReference | undefined {
  const fill = fillLoop();
  if (fill === undefined || clockStep() > COARSEST_CLOCK_NANOSECONDS) return undefined;
  fill(CALLS, LARGE);
  return () => {
    let least = Infinity;
    for (let i = 0; i < READINGS; i++) {
      const start = performance.now();
      fill(CALLS, SMALL);
      const middle = performance.now();
      fill(CALLS, LARGE);
      const nanoseconds = 1e6 * (performance.now() - middle - (middle - start));
      if (nanoseconds > 0) least = Math.min(least, nanoseconds / (CALLS * (LARGE - SMALL)));
    }
    return least === Infinity ? undefined : least;
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
      section(SectionCode.Memory, [[0, 1]]),
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
