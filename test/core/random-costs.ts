import { Random } from '@wasm-dyno/corpora';
import { CostTable, EXECUTION_CLASSES, MAXIMUM_OPERATOR_COST } from '@wasm-dyno/engine';

/** Costs of executing, another number for nearly every class: so that no class is taken for another. */
export function randomCosts(seed = 1): CostTable {
  const random = new Random(seed, 'execution costs');
  const executionCosts = Object.fromEntries(
    EXECUTION_CLASSES.map((name) => [
      name,
      random.pick([1, random.integer(1, 100), random.integer(1, 10_000), random.integer(1, 10_000)]),
    ]),
  );
  executionCosts['f64-division'] = MAXIMUM_OPERATOR_COST;
  return new CostTable({ configuration: { executionCosts } });
}
