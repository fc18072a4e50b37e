import { EXECUTION_CLASSES, type ExecutionClass } from '@wasm-dyno/engine';
import { conditionNumber, nonNegativePrices, type PricedObservation } from '../statistics/index.js';
import { classGroups, type ClassGroup } from './class-groups.js';
import type { TimedProgram } from './timed-program.js';

/** Times by class, in nanoseconds, and of a call from outside. */
export interface ExecutionFit {
  readonly classes: ReadonlyMap<ExecutionClass, number>;
  readonly callNanoseconds: number;
}

/** A group's price is looked for from this part of the plain price on, where deviations from it are weighed. */
const LEAST_PART = 0.25;
/** A plain price of nothing would hold nothing to anything. */
const LEAST_PRICE = 1e-6;

/** The classes that some program executes. */
function classesOf(programs: readonly TimedProgram[]): ExecutionClass[] {
  return EXECUTION_CLASSES.filter((name) => programs.some(({ counts }) => counts.has(name)));
}

/** What a program counts beside the others, and its time. */
interface Observed {
  readonly counts: ReadonlyMap<ExecutionClass, number>;
  readonly nanoseconds: number;
  readonly weight: number;
}

/**
 * Non-negative times by class that explain the programs' times best, relative to each; the real programs together weigh as the kernels.
 * Each class is held to the price of its group, and plain groups to one another, the more the greater `hold` is: by the squared
 * deviation, relative to the group's price. What the programs tell apart differs; what they do not tell apart is merged.
 */
export function fitTimes(
  programs: readonly TimedProgram[],
  times: readonly (number | undefined)[],
  hold: number,
): ExecutionFit {
  const observed = observations(programs, times);
  const classes = classesOf(programs);
  const weights = observed.map(({ weight }) => weight);
  const { observations: rows, ties } = designOf(observed, weights, classes, hold);
  const [callNanoseconds = 0, ...prices] = nonNegativePrices(rows, ties) ?? [];
  return { callNanoseconds, classes: new Map(classes.map((name, j) => [name, prices[j] ?? 0])) };
}

function observations(programs: readonly TimedProgram[], times: readonly (number | undefined)[]): Observed[] {
  const kernels = programs.filter(({ kind }) => kind === 'kernel').length;
  const realWeight = Math.max(1, kernels) / Math.max(1, programs.length - kernels);
  return programs.flatMap(({ counts, kind }, i) => {
    const nanoseconds = times[i];
    if (nanoseconds === undefined || !(nanoseconds > 0)) return [];
    return [{ counts, nanoseconds, weight: kind === 'kernel' ? 1 : realWeight }];
  });
}

interface Design {
  /** Unknowns: the call, the classes, the groups, the plain price. */
  readonly observations: readonly PricedObservation[];
  readonly ties: readonly (readonly number[])[];
}

function designOf(
  observed: readonly Observed[],
  weights: readonly number[],
  classes: readonly ExecutionClass[],
  hold: number,
): Design {
  const groups = classGroups(classes);
  const { plainPrice, prices } = mergedPrices(observed, weights, groups);
  const groupAt = 1 + classes.length;
  const plainAt = groupAt + groups.length;
  const tie = (one: number, to: number, relativeTo: number): number[] => {
    const row = new Array<number>(plainAt + 1).fill(0);
    row[one] = Math.sqrt(hold) / relativeTo;
    row[to] = -row[one];
    return row;
  };
  const ties = groups.flatMap(({ classes: members, isPlain }, g) => {
    const ofMembers = members.map((name) => tie(1 + classes.indexOf(name), groupAt + g, prices[g]!));
    return isPlain ? [...ofMembers, tie(groupAt + g, plainAt, plainPrice)] : ofMembers;
  });
  const columns = classes.map((name) => [name]);
  return { observations: pricedRows(observed, weights, columns, groups.length + 1), ties };
}

/** Prices where each group has one, and all plain groups the same: what deviations are relative to. */
function mergedPrices(
  observed: readonly Observed[],
  weights: readonly number[],
  groups: readonly ClassGroup[],
): { readonly plainPrice: number; readonly prices: readonly number[] } {
  const apart = groups.filter(({ isPlain }) => !isPlain);
  const plain = groups.filter(({ isPlain }) => isPlain).flatMap(({ classes }) => classes);
  const columns = [plain, ...apart.map(({ classes }) => classes)];
  const [, plainFound = 0, ...found] = nonNegativePrices(pricedRows(observed, weights, columns, 0)) ?? [];
  const plainPrice = Math.max(plainFound, LEAST_PRICE);
  const prices = groups.map((group) =>
    group.isPlain ? plainPrice : Math.max(found[apart.indexOf(group)] ?? 0, LEAST_PART * plainPrice),
  );
  return { plainPrice, prices };
}

/** A row for each observation: 1 for the call, how many of each column's classes it executes, and `zeros` more unknowns. */
function pricedRows(
  observed: readonly Observed[],
  weights: readonly number[],
  columns: readonly (readonly ExecutionClass[])[],
  zeros: number,
): PricedObservation[] {
  const sum = (members: readonly ExecutionClass[], counts: Observed['counts']): number =>
    members.reduce((total, name) => total + (counts.get(name) ?? 0), 0);
  return observed.map(({ counts, nanoseconds }, i) => ({
    counts: [1, ...columns.map((members) => sum(members, counts)), ...new Array<number>(zeros).fill(0)],
    value: nanoseconds,
    weight: weights[i]!,
  }));
}

/**
 * How much disturbances of the times can grow in the prices: by the programs alone, and with classes held to their groups.
 * Infinite where programs alone leave some open, which JSON has no number for: null.
 */
export function fitConditions(
  programs: readonly TimedProgram[],
  times: readonly (number | undefined)[],
  hold: number,
): { readonly alone: number | null; readonly held: number | null } {
  const observed = observations(programs, times);
  const weights = observed.map(({ weight }) => weight);
  const classes = classesOf(programs);
  const { observations: rows, ties } = designOf(observed, weights, classes, hold);
  const matrix = rows.map(({ counts, value, weight }) => counts.map((n) => (Math.sqrt(weight) * n) / value));
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    alone: finite(conditionNumber(matrix)),
    held: finite(conditionNumber([...matrix, ...ties])),
  };
}

/** What a fit says that a call takes. */
export function predictedNanoseconds(
  { counts }: Pick<TimedProgram, 'counts'>,
  { callNanoseconds, classes }: ExecutionFit,
): number {
  let sum = callNanoseconds;
  for (const [name, count] of counts) sum += count * (classes.get(name) ?? 0);
  return sum;
}
