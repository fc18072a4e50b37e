import { SIZE_CLASSES, sizeClassOf } from '@wasm-dyno/corpora';
import type { SizeClassName } from '@wasm-dyno/reports/recorded-run';
import type { ArmPart, LoadResult } from '../targets/protocol.js';

/** A module of the corpus as a target described it. */
export interface DescribedModule extends LoadResult {
  readonly name: string;
}

/** Functions, or a module, that stand for a part of the corpus. */
export interface Stratum {
  readonly sizeClass: SizeClassName;
  /** What one call handles; whole modules when `functions` is absent. */
  readonly parts: readonly ArmPart[];
  /** Bytes of each unit handled by one call, in the order of `parts`. */
  readonly sizes: readonly number[];
  /** Bytes of the corpus that the sample stands for. */
  readonly stratumBytes: number;
}

/** How much of a stratum is measured: about so many bytes, within bounds on the functions. */
export interface SampleSize {
  readonly bytes: number;
  readonly leastFunctions: number;
  readonly mostFunctions: number;
}

interface SampledFunction {
  readonly module: string;
  readonly index: number;
  readonly bodyBytes: number;
}

/**
 * A stratum per size class that the corpus has. The sample is systematic: functions in order of size, evenly
 * spaced ranks. It depends on the corpus alone and not on the seed, so that two runs measure the same functions.
 */
export function functionStrata(modules: readonly DescribedModule[], sample: SampleSize): Stratum[] {
  const all = allFunctions(modules);
  return SIZE_CLASSES.flatMap((sizeClass) => {
    const members = all.filter(({ bodyBytes }) => sizeClassOf(bodyBytes) === sizeClass);
    return stratumOf(members, sizeClass.name, sample) ?? [];
  });
}

function allFunctions(modules: readonly DescribedModule[]): SampledFunction[] {
  return modules.flatMap((module) =>
    module.functions
      .filter(({ bodyBytes }) => bodyBytes > 0)
      .map(({ index, bodyBytes }) => ({ module: module.name, index, bodyBytes })),
  );
}

function stratumOf(
  members: SampledFunction[],
  sizeClass: SizeClassName,
  sample: SampleSize,
): Stratum | undefined {
  if (members.length === 0) return undefined;
  const stratumBytes = members.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
  const wanted = Math.round((sample.bytes * members.length) / stratumBytes);
  const count = Math.min(
    members.length,
    Math.max(sample.leastFunctions, Math.min(wanted, sample.mostFunctions)),
  );
  return { sizeClass, ...inParts(evenlySpaced(members.sort(bySize), count)), stratumBytes };
}

/**
 * One stratum for the whole corpus: functions of all sizes in order of size, evenly spaced ranks. So it holds sizes as the
 * corpus does. Undefined when no function is known.
 */
export function wholeCorpusStratum(
  modules: readonly DescribedModule[],
  sample: SampleSize,
): Stratum | undefined {
  return stratumOf(allFunctions(modules), 'all', sample);
}

/**
 * A stratum per sampled module, for phases that handle modules whole. Each stands for the modules next to it in size.
 * @param bytesOf what counts as a module's size in the phase: module bytes for `parse`, body bytes else
 * @param sizesOf the sizes that the memset beside it fills
 */
export function moduleStrata(
  modules: readonly DescribedModule[],
  sample: { readonly modules: number; readonly mostBytes: number },
  bytesOf: (module: DescribedModule) => number,
  sizesOf: (module: DescribedModule) => readonly number[] = (module) => [bytesOf(module)],
): Stratum[] {
  const sorted = modules
    .filter((module) => bytesOf(module) > 0)
    .sort((a, b) => bytesOf(a) - bytesOf(b) || compareText(a.name, b.name));
  const small = sorted.filter((module) => module.moduleBytes <= sample.mostBytes);
  const candidates = small.length > 0 ? small : sorted.slice(0, 1);
  const count = Math.min(sample.modules, candidates.length);
  const chosen = evenlySpaced(candidates, count);
  return chosen.map((module, i) => {
    const begin = Math.ceil((i * candidates.length) / count);
    const end = Math.ceil(((i + 1) * candidates.length) / count);
    const stratumBytes = candidates.slice(begin, end).reduce((sum, member) => sum + bytesOf(member), 0);
    return {
      sizeClass: 'all' as const,
      parts: [{ module: module.name }],
      sizes: sizesOf(module),
      stratumBytes,
    };
  });
}

/** `count` items at the middles of equal parts of the list. */
export function evenlySpaced<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)]!);
}

/** The name recorded for a stratum: its module's, or how many modules it is drawn from. */
export function stratumModuleName(stratum: Stratum): string {
  const names = new Set(stratum.parts.map(({ module }) => module));
  return names.size === 1 ? [...names][0]! : `${names.size} modules`;
}

function inParts(chosen: readonly SampledFunction[]): { parts: ArmPart[]; sizes: number[] } {
  const byModule = new Map<string, SampledFunction[]>();
  for (const member of chosen) {
    const list = byModule.get(member.module) ?? [];
    list.push(member);
    byModule.set(member.module, list);
  }
  return {
    parts: [...byModule].map(([module, members]) => ({
      module,
      functions: members.map(({ index }) => index),
    })),
    sizes: [...byModule.values()].flatMap((members) => members.map(({ bodyBytes }) => bodyBytes)),
  };
}

function bySize(a: SampledFunction, b: SampledFunction): number {
  return a.bodyBytes - b.bodyBytes || compareText(a.module, b.module) || a.index - b.index;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
