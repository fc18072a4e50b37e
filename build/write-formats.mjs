// `npm run docs:formats`: writes what is published of the recorded files' forms. A test holds the files to the declarations.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { formatDocuments } from '../reports/dist/format-documents.js';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const [file, text] of Object.entries(formatDocuments())) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}
