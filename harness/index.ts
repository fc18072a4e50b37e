// The harness: schedule -> measure -> estimate -> profile, and the statistics under it.
export * from './measurement.js';
export * from './statistics/index.js';
export * from './estimate/index.js';
export * from './profile/index.js';
