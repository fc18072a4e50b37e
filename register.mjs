// Lets node run the TypeScript of tests, benches and examples: node --import ./register.mjs
import { register } from 'node:module';

register('./build/typescript-hooks.mjs', import.meta.url);
