export { parseModule } from './binary/parse-module.js';
export { validateFunction } from './validate/validate-function.js';
export { definedFunctionCount, functionTypeAt, type ParsedModule } from './binary/parsed-module.js';
