// Hunting: a seeded search for modules that are dear for what they are charged.
export { Hunt, type HuntResult, type Trophy } from './hunt.js';
export { HuntImpossible } from './recipe-target.js';
