import type {
  HardwareProfile,
  ProfileBaseline,
  ProfileEstimate,
  ProfilePolicy,
  ProfileSizeClassRatio,
} from './hardware-profile.js';
import { INSUFFICIENT_HALF_WIDTH, PROFILE_POLICIES } from './hardware-profile.js';

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

/** The first contradiction among the numbers that nothing is charged by: the memset, the size classes and the slopes. */
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
  return (
    first(policy.sizeClasses, (ratio, i) => ratioContradiction(ratio, `${at}.sizeClasses[${i}]`)) ??
    first(policy.slopes, (slope, i) =>
      first(['slopeRatio', 'nanosecondsPerByte', 'nanosecondsPerFunction'] as const, (name) =>
        spreadContradiction(slope[name], `${at}.slopes[${i}].${name}`),
      ),
    )
  );
}

/** What a ratio with its interval, or its verdict, contradicts. */
export function ratioContradiction(
  ratio: Omit<ProfileSizeClassRatio, 'phase' | 'sizeClass'>,
  at: string,
): Contradiction | undefined {
  const { low, high } = ratio;
  const spread = spreadContradiction({ ...ratio, estimate: ratio.ratio }, at, 'ratio');
  if (spread !== undefined) return spread;
  const halfWidth = (high - low) / 2 / ratio.ratio;
  if (halfWidth <= INSUFFICIENT_HALF_WIDTH || ratio.verdict === 'insufficient-data') return undefined;
  const width = `has an interval (low, high) that is +-${(100 * halfWidth).toPrecision(3)}% wide`;
  return { field: at, what: `${width}, which the verdict "${ratio.verdict}" contradicts` };
}

/** An interval between order statistics of n values holds their median, and covers at most 1 - 2^(1 - n). */
function spreadContradiction(
  { estimate, low, high, confidenceLevel, processes }: ProfileEstimate,
  at: string,
  name = 'estimate',
): Contradiction | undefined {
  if (!(low <= estimate && estimate <= high))
    return { field: at, what: `has an interval (low, high) that does not hold the ${name}` };
  const most = 1 - 2 ** (1 - processes);
  if (confidenceLevel > most + 1e-9 || (confidenceLevel === 0 && processes > 1))
    return { field: `${at}.confidenceLevel`, what: `does not follow from ${processes} processes` };
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
