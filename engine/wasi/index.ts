// WASI preview 1 for programs on the embedded engine.
export { Wasi, WASI_MODULE, type Preopen, type WasiOptions } from './wasi.js';
export { ProgramExit } from './functions/process-functions.js';
export { MAXIMUM_SEED } from './surroundings/seeded-surroundings.js';
export type { StreamEnd, StreamSource } from './files/standard-stream.js';
