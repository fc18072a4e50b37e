// Writes `engine/fuel/cost-behaviour.ts`, the digest of what the engine's costs of compiling and executing depend on. Run after
// build-core.mjs, by `npm run build`; nothing is done where the sources and these scripts are as they were. Profiles are bound to the digest
// rather than to the engine's version, because most releases change no cost. With a folder, another copy of engine/, it writes nothing and prints
// the digest of that.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [copy] = process.argv.slice(2);
const engine = path.resolve(copy ?? path.join(root, 'engine'));
const file = path.join(engine, 'fuel', 'cost-behaviour.ts');
const inputs = inputDigest();

if (copy !== undefined) process.stdout.write(`${await digest()}\n`);
else if (!existsSync(file) || !readFileSync(file, 'utf8').includes(inputs)) writeFileSync(file, await text());

async function text() {
  return `// Made by build/build-cost-behaviour.mjs, of sources ${inputs}: not to be edited.
/** Digest of what costs of compiling and executing depend on: profiles are bound to it, and not to the engine's version. */
export const COST_BEHAVIOUR = '${await digest()}';
`;
}

/** TypeScript alone takes half a second to load. */
async function digest() {
  const { costBehaviour } = await import('./cost-behaviour.mjs');
  return costBehaviour(engine);
}

function inputDigest() {
  const hash = createHash('sha256');
  const sources = readdirSync(engine, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !/^(dist|node_modules)\b/.test(name))
    .map((name) => path.join(engine, name))
    .filter((name) => name !== file);
  const scripts = ['build-cost-behaviour', 'cost-behaviour', 'charging-code'].map((name) =>
    path.join(root, 'build', `${name}.mjs`),
  );
  for (const name of [...sources.sort(), ...scripts, path.join(root, 'package-lock.json')])
    hash.update(`${path.relative(root, name)}\n${readFileSync(name, 'utf8')}\n`);
  return hash.digest('hex').slice(0, 16);
}
