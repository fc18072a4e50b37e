import { existsSync } from 'node:fs';

/**
 * `harness/targets/` of the package's sources, where the schema and the Rust runners are. Built files lie in `dist/` and do
 * not take them along.
 */
export function targetsSourceFolder(): URL {
  for (const folder of ['./', '../../targets/']) {
    const url = new URL(folder, import.meta.url);
    if (existsSync(new URL('protocol.schema.json', url))) return url;
  }
  throw new Error('harness/targets/protocol.schema.json of wasm-dyno is missing');
}
