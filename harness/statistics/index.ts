// Statistics that know nothing of time: samples, intervals, fits, sequential plans, and the simulation that tests them.
export * from './sample.js';
export * from './order-statistic-interval.js';
export * from './shift-interval.js';
export * from './normal-quantile.js';
export * from './sequential-plan.js';
export * from './line-fit.js';
export * from './segmented-fit.js';
export * from './non-negative-least-squares.js';
export * from './condition-number.js';
export * from './distributions.js';
export * from './coverage-simulation.js';
