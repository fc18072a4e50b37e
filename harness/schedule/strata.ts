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
  /** The same of each part, where it is one of a module as a whole. */
  readonly partBytes?: readonly number[];
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

/** What a module is measured for. */
export type ModuleKind = 'real' | 'generated' | 'probe';

/**
 * By the corpus that the module's name begins with. Programs have the prices that matter; generated code gives leverage at sizes that
 * they lack; probes tell apart what parsing takes, and have nothing to compile.
 */
export function kindOfModule({ name }: Pick<DescribedModule, 'name'>): ModuleKind {
  if (name.startsWith('probes/')) return 'probe';
  return name.startsWith('generated/') ? 'generated' : 'real';
}

/** The modules that prices are to hold for: real ones, and generated ones where there are no others. */
export function pricedModules(modules: readonly DescribedModule[]): DescribedModule[] {
  const real = modules.filter((module) => kindOfModule(module) === 'real');
  return real.length > 0 ? real : modules.filter((module) => kindOfModule(module) === 'generated');
}

/**
 * A stratum per size class that the corpus has. Each stands for the bytes that real modules have of its sizes, where there are any. Every
 * module with functions of the class is in its sample; half of the places go to real modules, as far as they have functions. The sample
 * depends on the corpus alone and not on the seed, so that two runs measure the same functions.
 */
export function functionStrata(modules: readonly DescribedModule[], sample: SampleSize): Stratum[] {
  const ofKind = (kind: ModuleKind) =>
    allFunctions(modules.filter((module) => kindOfModule(module) === kind));
  const [real, generated] = [ofKind('real'), ofKind('generated')];
  return SIZE_CLASSES.flatMap(({ name }) => {
    const inClass = ({ bodyBytes }: SampledFunction) => sizeClassOf(bodyBytes).name === name;
    const [ownReal, ownGenerated] = [real.filter(inClass), generated.filter(inClass)];
    const members = [...ownReal, ...ownGenerated];
    if (members.length === 0) return [];
    const count = sampleCount(members, sample);
    const wanted = Math.max(Math.ceil(count / 2), count - ownGenerated.length);
    const chosenReal = sharedOut(ownReal, Math.min(ownReal.length, wanted));
    const chosen = [...chosenReal, ...sharedOut(ownGenerated, count - chosenReal.length)];
    // Sizes that real modules lack have no part in what the corpus costs, and a byte so that their own row has a weight.
    const stratumBytes = real.length > 0 ? Math.max(1, sumOfBytes(ownReal)) : sumOfBytes(members);
    return [{ sizeClass: name, ...inParts(chosen), stratumBytes }];
  });
}

function allFunctions(modules: readonly DescribedModule[]): SampledFunction[] {
  return modules.flatMap((module) =>
    module.functions
      .filter(({ bodyBytes }) => bodyBytes > 0)
      .map(({ index, bodyBytes }) => ({ module: module.name, index, bodyBytes })),
  );
}

function sumOfBytes(functions: readonly SampledFunction[]): number {
  return functions.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
}

function sampleCount(members: readonly SampledFunction[], sample: SampleSize): number {
  const wanted = Math.round((sample.bytes * members.length) / sumOfBytes(members));
  const count = Math.max(sample.leastFunctions, Math.min(wanted, sample.mostFunctions));
  return Math.min(members.length, count);
}

/** About `count` functions, of each module its part by number and at least one; of a module evenly spaced ranks by size. */
function sharedOut(functions: readonly SampledFunction[], count: number): SampledFunction[] {
  if (count <= 0) return [];
  const byModule = groupedByModule(functions);
  return [...byModule.values()].flatMap((own) => {
    const places = Math.max(1, Math.round((count * own.length) / functions.length));
    return evenlySpaced(own.sort(bySize), Math.min(own.length, places));
  });
}

function groupedByModule(functions: readonly SampledFunction[]): Map<string, SampledFunction[]> {
  const byModule = new Map<string, SampledFunction[]>();
  for (const member of functions) {
    const list = byModule.get(member.module) ?? [];
    list.push(member);
    byModule.set(member.module, list);
  }
  return byModule;
}

/**
 * One stratum for all that prices are to hold for: functions of all sizes in order of size, evenly spaced ranks. So it holds sizes as the
 * modules do. Undefined when no function is known.
 */
export function wholeCorpusStratum(
  modules: readonly DescribedModule[],
  sample: SampleSize,
): Stratum | undefined {
  const members = allFunctions(pricedModules(modules));
  if (members.length === 0) return undefined;
  const chosen = evenlySpaced(members.sort(bySize), sampleCount(members, sample));
  const byModule = groupedByModule(members);
  const sampled = inParts(chosen);
  return {
    sizeClass: 'all',
    ...sampled,
    stratumBytes: sumOfBytes(members),
    partBytes: sampled.parts.map(({ module }) => sumOfBytes(byModule.get(module)!)),
  };
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
  const byModule = groupedByModule(chosen);
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
