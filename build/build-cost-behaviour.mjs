// Writes `engine/fuel/cost-behaviour.ts`, the digest of what the engine's costs of compiling and executing depend on. Run after
// build-core.mjs, by `npm run build`. Profiles are bound to it rather than to the engine's version, because most releases change no cost.
// With a folder, another copy of engine/, it writes nothing and prints the digest of that.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { costBehaviour } from './cost-behaviour.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [copy] = process.argv.slice(2);
const engine = path.resolve(copy ?? path.join(root, 'engine'));
const file = path.join(engine, 'fuel', 'cost-behaviour.ts');
const digest = await costBehaviour(engine);
const text = `// Made by build/build-cost-behaviour.mjs: not to be edited.
/** Digest of what costs of compiling and executing depend on: profiles are bound to it, and not to the engine's version. */
export const COST_BEHAVIOUR = '${digest}';
`;
if (copy !== undefined) process.stdout.write(`${digest}\n`);
else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
