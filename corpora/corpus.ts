import type { Recipe } from './adversarial/recipe.js';

/** A generated module: the same family, seed and parameters give the same bytes on every machine. */
export interface GeneratedOrigin {
  readonly kind: 'generated';
  readonly family: string;
  readonly seed: number;
  readonly parameters: {
    /** Body sizes of the sweep, in bytes. */
    readonly bodySizes: readonly number[];
    /** Functions of each of those sizes. */
    readonly functionsPerSize: readonly number[];
  };
}

/** A module out of an npm package, as the manifest names it. */
export interface PackageOrigin {
  readonly kind: 'package';
  readonly package: string;
  readonly version: string;
  /** Of the file inside the package. */
  readonly path: string;
  readonly toolchain: string;
  /** SPDX expression. */
  readonly licence: string;
}

/** A file that the user named, or that lies in a folder the user named. */
export interface FileOrigin {
  readonly kind: 'file';
  readonly path: string;
}

/** A module made to be dear for its bytes: the same recipe gives the same bytes on every machine. */
export interface RecipeOrigin {
  readonly kind: 'recipe';
  readonly recipe: Recipe;
}

export type CorpusOrigin = GeneratedOrigin | PackageOrigin | FileOrigin | RecipeOrigin;

/** A function with a body in the module. */
export interface CorpusFunction {
  /** Index in the module's function index space: imports first. */
  readonly index: number;
  /** Bytes of the body in the code section, local declarations included, its size field not. */
  readonly bodyBytes: number;
}

/** A valid module with the place of its functions. */
export interface CorpusModule {
  readonly corpus: string;
  /** Unique in its corpus. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Of `bytes`, in lower-case hexadecimal. */
  readonly sha256: string;
  readonly origin: CorpusOrigin;
  /** In the order of the code section. */
  readonly functions: readonly CorpusFunction[];
  /** Sum over `functions`. */
  readonly bodyBytes: number;
}

/** A module that is not in the corpus, and why. */
export interface SkippedModule {
  /** The module's name, or the path as it was given or found. */
  readonly name: string;
  /** In one line: what is wrong and, where there is one, the mend. */
  readonly reason: string;
  /** Byte offset in the module at which it breaks, where known. */
  readonly offset?: number;
}

export interface Corpus {
  readonly name: string;
  readonly modules: readonly CorpusModule[];
  readonly skipped: readonly SkippedModule[];
  /** See `corpusDigest`. */
  readonly digest: string;
}
