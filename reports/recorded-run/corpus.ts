import { count, name, sha256 } from './schema-parts.js';
import * as Type from './type.js';

/** A corpus that was compiled. */
export const CORPUS = Type.Object({
  name: name(),
  sha256: sha256('Digest of the corpus.'),
  modules: count(),
  functions: count(),
  bodyBytes: count(),
});
