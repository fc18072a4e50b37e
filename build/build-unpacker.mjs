// Assembles `engine/host/unpack.wat`, which unpacks the engine's WebAssembly modules, and writes its bytes as a TypeScript file, before tsc,
// by `npm run build`. Nothing is done where it is as it was. `--check` compares the digest with the committed one, `--update` writes it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { assembled } from './assemble.mjs';

const folder = fileURLToPath(new URL('../engine/host', import.meta.url));
const bytesFile = path.join(folder, 'unpacker-bytes.ts');
const digestFile = path.join(folder, 'unpacker.sha256');
const [option] = process.argv.slice(2);

const source = readFileSync(path.join(folder, 'unpack.wat'), 'utf8');
const binaryen = createRequire(import.meta.url)('binaryen/package.json').version;
const inputs = createHash('sha256').update(source).update(binaryen).digest('hex');
if (option !== undefined || !existsSync(bytesFile) || !readFileSync(bytesFile, 'utf8').includes(inputs)) {
  const bytes = assembled(source, []);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (option === '--update') writeFileSync(digestFile, `${digest}\n`);
  else if (option === '--check' && readFileSync(digestFile, 'utf8').trim() !== digest) {
    console.error(
      `the unpacker's bytes have the digest ${digest}, which engine/host/unpacker.sha256 does not say: ` +
        'where unpack.wat has changed, run npm run build:core -- --update and commit the file',
    );
    process.exit(1);
  }
  writeFileSync(
    bytesFile,
    `// Made by build/build-unpacker.mjs of ${inputs}: not to be edited.
/** What unpacks the engine's other modules, as base64. */
export const UNPACKER_BYTES = '${bytes.toString('base64')}';
`,
  );
  console.log(`the unpacker: ${bytes.length} bytes`);
}
