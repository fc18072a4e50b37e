export { executeVector } from './execute-vector.js';
export { executeVectorLoad, executeVectorStore, vectorAccessBytes } from './vector-memory.js';
export { copyVector } from './lanes.js';
