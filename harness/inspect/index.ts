// What a module will be charged for, function by function, before it does anything.
export { inspectModule } from './inspect-module.js';
export { inspectionJson, inspectionText } from './inspection-text.js';
