import { Type } from 'typebox';
import { count, name } from './schema-parts.js';

/** A corpus that was compiled. */
export const CORPUS = Type.Object({
  name: name(),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Digest of the corpus.' }),
  modules: count(),
  functions: count(),
  bodyBytes: count(),
});
