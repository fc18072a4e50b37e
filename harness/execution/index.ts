// What executing costs by class of operators: measured on kernels and real programs, fitted, and put into a profile.
export { priceExecution, type PricedExecution } from './price-execution.js';
export type { ExecutorName } from './execution-record.js';
