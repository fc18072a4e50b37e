// The phases of compiling, each callable and timed by itself. Engines go through these very functions.
export { parseModule } from './binary/parse-module.js';
export { BodyScale, type BodyWeight, type LeastWeight } from './validate/body-weight.js';
export { bodyFeatures, type BodyFeatures } from './validate/body-features.js';
export { validateFunction, validateWithinFreeValues } from './validate/validate-function.js';
export { translateFunction } from './translate/translate-function.js';
export { definedFunctionCount, functionTypeAt, type ParsedModule } from './binary/parsed-module.js';
export type { Metering } from './fuel/metering.js';
export type { TranslatedFunction } from './translate/translated-function.js';
export { frontEndFunctions, frontEndName, useFrontEnd, type FrontEndName } from './core/front-end.js';
export { loopName, useLoop } from './interpreter/loop.js';
export type { LoopName } from './runtime/engine-parts.js';
