import type { ComparisonSource } from './comparison-record.js';

/**
 * What each source is called where people read of it: the machine where there are several, when it was measured, the engines where they
 * differ; and where that does not tell all apart, of its path what does. Whole paths stand among the sources.
 */
export function sourceNames(sources: readonly ComparisonSource[]): string[] {
  const machines = machineNames(sources);
  const dates = sources.map(({ createdAt }) => createdAt.slice(0, 16).replace('T', ' '));
  // Name and version, without flags.
  const engines = sources.map((source) =>
    source.engines.map((engine) => engine.split(' ').slice(0, 2).join(' ')).join(', '),
  );
  const differ = (words: readonly string[]) => new Set(words).size > 1;
  const told = [...(differ(machines) ? [machines] : []), dates, ...(differ(engines) ? [engines] : [])];
  const joined = (parts: readonly (readonly string[])[]) =>
    sources.map((_, index) => oneLine(parts.map((part) => part[index]!).join(', ')));
  const names = joined(told);
  if (new Set(names).size === sources.length) return names;
  const withPaths = joined([...told, ownFolders(sources.map(({ path }) => path))]);
  if (new Set(withPaths).size === sources.length) return withPaths;
  return names.map((name, index) => `${name} (${index + 1})`);
}

/** By model; by id too where one model is several machines. */
function machineNames(sources: readonly ComparisonSource[]): string[] {
  const models = sources.map(({ machine }) => shortModel(machine.cpuModel));
  const ids = (model: string) =>
    new Set(sources.filter((_, index) => models[index] === model).map(({ machine }) => machine.id)).size;
  return sources.map(({ machine }, index) => {
    const model = models[index]!;
    return ids(model) > 1 ? `${model} ${machine.id.slice(0, 8)}` : model;
  });
}

/** A processor's name without what every such name has. */
function shortModel(cpuModel: string): string {
  const short = cpuModel
    .replace(/\((R|TM|tm)\)/g, '')
    .replace(/@.*$|\bCPU\b|\bProcessor\b|\b\d+-Core\b/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return short === '' ? cpuModel : short;
}

/** Paths without the folders that all of them begin with, and without the file's name where it is the same everywhere. */
function ownFolders(paths: readonly string[]): string[] {
  let parts = paths.map((path) => path.split(/[\\/]/).filter((part) => part !== ''));
  const shared = (place: 0 | -1) => {
    const ends = parts.map((one) => one.at(place));
    return parts.every(({ length }) => length > 1) && new Set(ends).size === 1;
  };
  while (shared(-1)) parts = parts.map((one) => one.slice(0, -1));
  while (shared(0)) parts = parts.map((one) => one.slice(1));
  return parts.map((one) => one.join('/'));
}

/** Paths and names are others' text: they stay on their line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
