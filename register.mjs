// Lets node run the TypeScript test files: node --import ./register.mjs
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

register('ts-node/esm', pathToFileURL('./'));
