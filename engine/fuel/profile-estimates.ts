import { counted } from '../counted.js';
import type {
  HardwareProfile,
  ProfileBaseline,
  ProfileEstimate,
  ProfilePolicy,
  ProfileRatio,
  ProfileUnit,
} from './hardware-profile.js';
import { INSUFFICIENT_HALF_WIDTH, PROFILE_POLICIES } from './hardware-profile.js';
import { unitDefinition } from './profile-prices.js';

/** Where numbers of a profile contradict each other, and how. */
export interface Contradiction {
  readonly field: string;
  readonly what: string;
}

/** The memsets that this project's own engine measures, and the protocol names. */
const KERNELS: readonly string[] = [
  'wasm-memory-fill-loop',
  'wasm-memory-fill-call',
  'uint8array-fill',
  'buffer-fill',
  'engine-memory-fill',
  'native-memset',
];

/** The first contradiction among the numbers that nothing is charged by: the memset and the size classes. */
export function estimateContradiction(
  profile: HardwareProfile,
  ownEngine: string,
): Contradiction | undefined {
  const { baseline, engine, policies } = profile;
  if (engine.name === ownEngine && !KERNELS.includes(baseline.kernel))
    return { field: 'baseline.kernel', what: `is none of ${KERNELS.join(', ')}` };
  return (
    baselineContradiction(baseline) ??
    first(PROFILE_POLICIES, (name) => policyContradiction(policies[name], `policies.${name}`))
  );
}

/** Rounding in the last places is none. */
const SAME = 1e-6;

function differ(a: number, b: number): boolean {
  return Math.abs(a - b) > SAME * Math.max(Math.abs(a), Math.abs(b));
}

/** What the unit's numbers contradict. */
export function unitContradiction(unit: ProfileUnit): Contradiction | undefined {
  const { bytesPerFuel, nanosecondsPerByte, nanosecondsPerFuel } = unit;
  const at = 'unit';
  if (unit.fromBytes >= unit.toBytes) return { field: `${at}.toBytes`, what: `is not above ${at}.fromBytes` };
  const defined = unitDefinition(unit.definition);
  if (defined === undefined) return { field: `${at}.definition`, what: 'is no unit' };
  const [number, fixed] =
    'bytes' in defined ? [bytesPerFuel, defined.bytes] : [nanosecondsPerFuel.estimate, defined.nanoseconds];
  const name = 'bytes' in defined ? 'bytesPerFuel' : 'nanosecondsPerFuel';
  if (differ(number, fixed)) return { field: `${at}.${name}`, what: `is not ${at}.definition` };
  if (differ(nanosecondsPerFuel.estimate, bytesPerFuel * nanosecondsPerByte.estimate)) {
    const what = `does not follow from ${at}.bytesPerFuel and ${at}.nanosecondsPerByte`;
    return { field: `${at}.nanosecondsPerFuel`, what };
  }
  return (
    spreadContradiction(nanosecondsPerByte, `${at}.nanosecondsPerByte`) ??
    spreadContradiction(nanosecondsPerFuel, `${at}.nanosecondsPerFuel`) ??
    widthContradiction({ ...nanosecondsPerByte, verdict: unit.verdict }, at)
  );
}

function baselineContradiction(baseline: ProfileBaseline): Contradiction | undefined {
  const { fromBytes, toBytes, segments, kneesBytes } = baseline;
  const at = 'baseline';
  if (fromBytes >= toBytes) return { field: `${at}.toBytes`, what: `is not above ${at}.fromBytes` };
  if (Math.round(segments[0]!.fromBytes) !== fromBytes)
    return { field: `${at}.segments[0].fromBytes`, what: `is not ${at}.fromBytes` };
  if (kneesBytes.length !== segments.length - 1)
    return { field: `${at}.kneesBytes`, what: 'has not one place for each two segments that meet' };
  return (
    first(segments, (segment, i) => {
      const field = `${at}.segments[${i}]`;
      const next = segments[i + 1];
      if (segment.toBytes !== (next?.fromBytes ?? null)) {
        const end = next === undefined ? 'the last and should have no end' : 'not where the next one begins';
        return { field: `${field}.toBytes`, what: `is ${end}` };
      }
      if (segment.fromBytes >= Math.min(segment.toBytes ?? Infinity, toBytes))
        return { field: `${field}.fromBytes`, what: 'is not below its end' };
      return (
        spreadContradiction(segment.interceptNanoseconds, `${field}.interceptNanoseconds`) ??
        spreadContradiction(segment.nanosecondsPerByte, `${field}.nanosecondsPerByte`)
      );
    }) ?? first(kneesBytes, (knee, i) => spreadContradiction(knee, `${at}.kneesBytes[${i}]`))
  );
}

function policyContradiction(policy: ProfilePolicy | undefined, at: string): Contradiction | undefined {
  if (policy === undefined) return undefined;
  return first(policy.sizeClasses, (ratio, i) => ratioContradiction(ratio, `${at}.sizeClasses[${i}]`));
}

/** What a ratio with its interval, or its verdict, contradicts. */
export function ratioContradiction(ratio: ProfileRatio, at: string): Contradiction | undefined {
  const estimate = { ...ratio, estimate: ratio.ratio };
  return spreadContradiction(estimate, at, 'ratio') ?? widthContradiction(estimate, at);
}

/** What an interval's width, as a part of the estimate, contradicts in a verdict. */
export function widthContradiction(
  { estimate, low, high, verdict }: ProfileEstimate & Pick<ProfileRatio, 'verdict'>,
  at: string,
): Contradiction | undefined {
  const halfWidth = (high - low) / 2 / estimate;
  if (halfWidth <= INSUFFICIENT_HALF_WIDTH || verdict === 'insufficient-data') return undefined;
  const width = `has an interval (low, high) that is +-${(100 * halfWidth).toPrecision(3)}% wide`;
  return { field: at, what: `${width}, which the verdict "${verdict}" contradicts` };
}

/** An interval between order statistics of n values holds their median, and covers at most 1 - 2^(1 - n). */
export function spreadContradiction(
  { estimate, low, high, confidenceLevel, processes }: ProfileEstimate,
  at: string,
  name = 'estimate',
): Contradiction | undefined {
  if (!(low <= estimate && estimate <= high))
    return { field: at, what: `has an interval (low, high) that does not hold the ${name}` };
  const most = 1 - 2 ** (1 - processes);
  if (confidenceLevel > most + 1e-9 || (confidenceLevel === 0 && processes > 1))
    return {
      field: `${at}.confidenceLevel`,
      what: `does not follow from ${counted(processes, 'processes')}`,
    };
  return undefined;
}

function first<T>(
  items: readonly T[],
  check: (item: T, index: number) => Contradiction | undefined,
): Contradiction | undefined {
  for (const [index, item] of items.entries()) {
    const found = check(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
