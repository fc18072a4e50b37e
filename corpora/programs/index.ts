import type { PackageOrigin, SkippedModule } from '../corpus.js';
import { loadRealCorpus, type RealCorpusOptions } from '../real/index.js';
import { COMPRESSION_PROGRAMS } from './compression-programs.js';
import { DRIVER_EXPORT, drivenModule } from './driven-module.js';
import { HASH_PROGRAMS } from './hash-programs.js';
import { INTERPRETER_PROGRAMS } from './interpreter-programs.js';
import { PARSER_PROGRAMS } from './parser-programs.js';

/** A program that any engine runs without a host: real code with its input inside. */
export interface Program {
  readonly name: string;
  readonly description: string;
  readonly bytes: Uint8Array;
  readonly export: string;
  /** As the target protocol writes values. */
  readonly arguments: readonly string[];
  /** What every engine must answer. */
  readonly results: readonly string[];
  readonly origin: PackageOrigin;
}

const RECIPES = [...HASH_PROGRAMS, ...COMPRESSION_PROGRAMS, ...PARSER_PROGRAMS, ...INTERPRETER_PROGRAMS];

/** The programs whose modules are installed: those of the small tier always are. The others are skipped with the reason. */
export function loadPrograms(options: Pick<RealCorpusOptions, 'searchFolders' | 'tiers'> = {}): {
  programs: Program[];
  skipped: SkippedModule[];
} {
  const { modules, skipped } = loadRealCorpus({
    ...options,
    check: 'parse',
    modules: [...new Set(RECIPES.map(({ module }) => module))],
  });
  const programs = RECIPES.flatMap(({ module: name, input, write, result, ...described }): Program[] => {
    const module = modules.find((loaded) => loaded.name === name);
    if (module === undefined) return [];
    const inputBytes = input();
    return [
      {
        name: described.name,
        description: described.description,
        bytes: drivenModule(module.bytes, inputBytes, (body, scope) => write(body, scope, inputBytes.length)),
        export: DRIVER_EXPORT,
        arguments: [],
        results: [result],
        origin: module.origin as PackageOrigin,
      },
    ];
  });
  return { programs, skipped: [...skipped] };
}
