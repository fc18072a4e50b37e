#!/usr/bin/env node
// The command. It stands outside dist/, where it is before anything was built: npm links the commands of a clone when it installs, and
// those alone that are there.
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  console.error('wasm-dyno: this clone is not built yet: npm run build');
  process.exitCode = 1;
}
