import type { CostExplanation } from './cost-explanation.js';
import {
  checkExecutionCosts,
  DEFAULT_EXECUTION_COSTS,
  defaultExecutionCost,
  EXECUTION_CLASSES,
  executionCostsOf,
  type ExecutionClass,
  type ExecutionCostOptions,
  type ExecutionCosts,
} from './execution-costs.js';
import { OPERATOR_CLASSES, SIZED_WORK } from './operator-classes.js';

/** What a profile says that executing costs, in the engine's fuel. */
export interface MeasuredExecution {
  readonly costs: ExecutionCostOptions;
  /** Machine, date and file. */
  readonly source: string;
  /** What a class's number rests on. */
  readonly note: (name: ExecutionClass) => string;
}

/** The costs of executing, and where each comes from; no explanation where all of them are built in. */
export interface LayeredExecution {
  readonly costs: ExecutionCosts;
  readonly explanations: readonly CostExplanation[];
}

const BUILT_IN: LayeredExecution = { costs: DEFAULT_EXECUTION_COSTS, explanations: [] };

const CLASSES: Readonly<Record<string, string>> = { ...OPERATOR_CLASSES, ...SIZED_WORK };

/** Lays a profile's costs of executing, and configured ones over these, over the built-in ones: class by class. */
export function executionLayers(
  configuration: ExecutionCostOptions = {},
  measured?: MeasuredExecution,
): LayeredExecution {
  const configured = checkExecutionCosts(configuration);
  // Most engines are made so.
  if (measured === undefined && Object.keys(configured).length === 0) return BUILT_IN;
  const classes = EXECUTION_CLASSES.map((name) => explained(name, configured, measured));
  if (classes.every(({ layer }) => layer === 'default')) return BUILT_IN;
  const costs = Object.fromEntries(EXECUTION_CLASSES.map((name, i) => [name, classes[i]!.value]));
  return { costs: executionCostsOf(costs), explanations: classes };
}

function explained(
  name: ExecutionClass,
  configured: ExecutionCostOptions,
  measured: MeasuredExecution | undefined,
): CostExplanation {
  const common = {
    name: `executionCosts.${name}`,
    unit: Object.hasOwn(SIZED_WORK, name) ? 'fuel/unit' : 'fuel/operator',
  };
  const note = CLASSES[name]!;
  const own = configured[name];
  if (own !== undefined)
    return Object.freeze({ ...common, value: own, layer: 'configuration', source: 'fuelCosts', note });
  const value = measured?.costs[name];
  if (measured !== undefined && value !== undefined) {
    const { source } = measured;
    return Object.freeze({
      ...common,
      value,
      layer: 'profile',
      source,
      note: `${note}; ${measured.note(name)}`,
    });
  }
  const fallback = defaultExecutionCost(name);
  return Object.freeze({ ...common, value: fallback, layer: 'default', source: 'built in', note });
}
