import { shown } from '../arguments.js';
import { Operator, OPERATOR_SPACE } from '../binary/operator.js';
import {
  OPERATOR_CLASSES,
  operatorClasses,
  SIZED_WORK,
  type OperatorClass,
  type SizedWork,
} from './operator-classes.js';
import {
  BULK_BYTES_FUEL,
  FREE_OPERATORS,
  GROWTH_BYTES_FUEL,
  GROWTH_FUEL,
  IMPORT_CALL,
  OPERATOR_FUEL,
  TABLE_ELEMENT_FUEL,
} from './schedule.js';

/** What executing is priced by: a class of operators, or what is done by size. */
export type ExecutionClass = OperatorClass | SizedWork;

/** What executing costs, by class; a class that is not there costs what the schedule says: 1, growth 5,000. */
export type ExecutionCostOptions = Readonly<Partial<Record<ExecutionClass, number>>>;

/** What executing costs, as executors charge it. Immutable. */
export interface ExecutionCosts {
  /** Fuel by operator, and at `IMPORT_CALL` of calling an imported function; without what depends on sizes and numbers of values. */
  readonly operators: Int32Array;
  /** Of each begun `bytesPerFuel` bytes that are filled, copied or initialised, and that a memory grows by. */
  readonly bulkBytes: number;
  readonly growthBytes: number;
  /** Of each element of a table that is grown by, filled, copied or initialised. */
  readonly tableElements: number;
}

/** The names of all classes, in a fixed order. */
export const EXECUTION_CLASSES = [
  ...(Object.keys(OPERATOR_CLASSES) as OperatorClass[]),
  ...(Object.keys(SIZED_WORK) as SizedWork[]),
] as readonly ExecutionClass[];

/** The most that an operator costs. Sums over a function, of under 8,000,000 operators, are exact. */
export const MAXIMUM_OPERATOR_COST = 1_000_000;
/** The most that a unit of a size costs: times all the bytes of a memory it is exact. */
export const MAXIMUM_SIZE_COST = 10_000;

/** What closes each circle of control costs at least 1, so that nothing runs for ever on a finite budget. */
const LEAST_ONE: ReadonlySet<string> = new Set<OperatorClass>([
  ...(['branch', 'conditional-branch', 'branch-table'] as const),
  ...(['call', 'indirect-call', 'host-call'] as const),
]);

/** The least and the most that a class may cost. */
export function executionCostBounds(name: ExecutionClass): { minimum: number; maximum: number } {
  const maximum = Object.hasOwn(SIZED_WORK, name) ? MAXIMUM_SIZE_COST : MAXIMUM_OPERATOR_COST;
  return { minimum: LEAST_ONE.has(name) ? 1 : 0, maximum };
}

/** What a class costs unless a profile or a configuration says otherwise. */
export function defaultExecutionCost(name: ExecutionClass): number {
  switch (name) {
    case 'memory-growth':
    case 'table-growth':
      return GROWTH_FUEL;
    case 'bulk-bytes':
      return BULK_BYTES_FUEL;
    case 'growth-bytes':
      return GROWTH_BYTES_FUEL;
    case 'table-elements':
      return TABLE_ELEMENT_FUEL;
    default:
      return OPERATOR_FUEL;
  }
}

/** What executing costs where nobody says otherwise: the schedule. */
export const DEFAULT_EXECUTION_COSTS: ExecutionCosts = Object.freeze({
  operators: defaultOperatorCosts(),
  bulkBytes: BULK_BYTES_FUEL,
  growthBytes: GROWTH_BYTES_FUEL,
  tableElements: TABLE_ELEMENT_FUEL,
});

function defaultOperatorCosts(): Int32Array {
  const costs = new Int32Array(OPERATOR_SPACE + 1).fill(OPERATOR_FUEL);
  for (const operator of FREE_OPERATORS) costs[operator] = 0;
  costs[Operator.MemoryGrow] = costs[Operator.TableGrow] = GROWTH_FUEL;
  return costs;
}

/**
 * The costs as they are now, each read once.
 *
 * @throws RangeError unless each is a known class with a whole number within its bounds; `field` names the option
 */
export function checkExecutionCosts(costs: unknown, field = 'executionCosts'): ExecutionCostOptions {
  if (typeof costs !== 'object' || costs === null || Array.isArray(costs)) {
    throw new RangeError(`${field} is ${shown(costs)}; give an object such as { 'f64-division': 12 }`);
  }
  const read = Object.entries(costs as Record<string, unknown>).filter(([, cost]) => cost !== undefined);
  for (const [name, cost] of read) {
    if (!(EXECUTION_CLASSES as readonly string[]).includes(name)) {
      throw new RangeError(
        `unknown class ${name} in ${field}; the known ones are ${EXECUTION_CLASSES.join(', ')}`,
      );
    }
    const { minimum, maximum } = executionCostBounds(name as OperatorClass);
    if (!Number.isInteger(cost) || (cost as number) < minimum || (cost as number) > maximum) {
      throw new RangeError(
        `${field}.${name} is ${shown(cost)}; give a whole number from ${minimum} to ${maximum}`,
      );
    }
  }
  return Object.fromEntries(read) as ExecutionCostOptions;
}

/** The costs as executors charge them, of checked ones by class. */
export function executionCostsOf(options: ExecutionCostOptions): ExecutionCosts {
  const cost = (name: ExecutionClass) => options[name] ?? defaultExecutionCost(name);
  const operators = defaultOperatorCosts();
  operatorClasses().forEach((name, operator) => {
    if (name !== undefined) operators[operator] = cost(name);
  });
  operators[IMPORT_CALL] = cost('host-call');
  return Object.freeze({
    operators,
    bulkBytes: cost('bulk-bytes'),
    growthBytes: cost('growth-bytes'),
    tableElements: cost('table-elements'),
  });
}
