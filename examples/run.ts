// Runs the example whose number is given, with the words behind it: npm run example 01
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';

const folder = fileURLToPath(new URL('.', import.meta.url));
const [number = ''] = process.argv.splice(2, 1);
const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((name) =>
    name === path.join('05-browser', 'serve.ts') ? name : path.basename(name) === name ? name : '',
  )
  .filter((name) => /^\d\d-.*\.ts$/.test(name))
  .sort();
const file = examples.find((name) => name.startsWith(`${number}-`));
if (file === undefined) {
  console.error(`no example "${number}": the examples are\n  ${examples.join('\n  ')}`);
  process.exit(2);
}
await import(pathToFileURL(path.join(folder, file)).href);
