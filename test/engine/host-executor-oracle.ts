import { signed, unsigned } from '../encoded-integers.js';
/**
 * A slow, independent account of fuel: small programs as a list of operators, their control-flow graph walked for what
 * is reachable, basic blocks read off the graph, and the program stepped through operator by operator.
 */

export type Statement =
  | { readonly kind: 'bump'; readonly by: number }
  | { readonly kind: 'set'; readonly local: number; readonly to: number }
  | { readonly kind: 'decrement'; readonly local: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'nop' }
  | { readonly kind: 'divide'; readonly by: number }
  | { readonly kind: 'fill'; readonly bytes: number }
  | { readonly kind: 'call'; readonly callee: number }
  /** Calls `WIDE_FUNCTIONS[wide]` with zeros, and drops the results. */
  | { readonly kind: 'wide'; readonly wide: number }
  /** A block of so many results that a br_if may leave with them. */
  | { readonly kind: 'carry'; readonly local: number; readonly values: number }
  | { readonly kind: 'return' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'br'; readonly depth: number }
  | { readonly kind: 'br_if'; readonly local: number; readonly depth: number }
  | { readonly kind: 'br_table'; readonly local: number; readonly depths: readonly number[] }
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'loop'; readonly body: readonly Statement[] }
  | {
      readonly kind: 'if';
      readonly local: number;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[] | undefined;
    };

export interface Program {
  /** Functions `() -> ()`; statements call later ones only. Function `i` is exported as `fi`. */
  readonly functions: readonly { readonly locals: number; readonly body: readonly Statement[] }[];
}

export const LOCALS = 4;

/** Functions of many values, behind those of every program: what they take and give, "v" being a vector and "i" an i32. */
export const WIDE_FUNCTIONS = [
  { parameters: 'i'.repeat(8), results: 'i'.repeat(4) },
  { parameters: 'i'.repeat(9), results: 'i'.repeat(5) },
  { parameters: 'i'.repeat(16), results: 'i'.repeat(16) },
  { parameters: 'v', results: 'v' },
  { parameters: 'ivi'.repeat(4), results: 'iv'.repeat(3) },
] as const;
export const MOST_CARRIED = 9;

/** Values beyond those that come along for nothing, and four for each vector. */
const valuesFuel = (values: string, free: number) =>
  Math.max(0, values.length - free) + 4 * Array.from(values).filter((value) => value === 'v').length;
const zeros = (values: string) =>
  Array.from(values, (value) => (value === 'v' ? [0xfd, 0x0c, ...new Array<number>(16).fill(0)] : [0x41, 0]));
const typeBytes = (parameters: string, results: string) => {
  const list = (values: string) => [
    values.length,
    ...Array.from(values, (one) => (one === 'v' ? 0x7b : 0x7f)),
  ];
  return [0x60, ...list(parameters), ...list(results)];
};
/** Types of a module: of the program's functions, of the wide ones, of blocks of 0, 1, 2... results. */
const TYPES = [
  typeBytes('', ''),
  ...WIDE_FUNCTIONS.map(({ parameters, results }) => typeBytes(parameters, results)),
  ...Array.from({ length: MOST_CARRIED + 1 }, (_, values) => typeBytes('', 'i'.repeat(values))),
];
const FIRST_BLOCK_TYPE = 1 + WIDE_FUNCTIONS.length;
const PAGE_BYTES = 65_536;

interface Operator {
  readonly bytes: readonly number[];
  readonly fuel: number;
  /** Where control goes; the first is the one taken unless `choose` says otherwise. */
  successors: number[];
  readonly act?: (state: State) => void;
  readonly choose?: (state: State) => number;
  /** Does a basic block begin behind this operator, given that it is reachable? */
  readonly endsBlock?: boolean;
  /** Ends of blocks that this operator branches to. */
  readonly branchEnds?: readonly number[];
}

interface State {
  readonly locals: number[];
  readonly machine: Machine;
}

export class TrapOutcome extends Error {}
export class OutOfFuelOutcome extends Error {
  constructor(readonly requiredFuel: bigint) {
    super(`requires ${requiredFuel}`);
  }
}

/** What operators cost, by opcode, and a unit of bytes that are filled. */
export interface OracleCosts {
  readonly operator: (opcode: number) => number;
  readonly bulkBytes: number;
}
const ONES: OracleCosts = { operator: () => 1, bulkBytes: 1 };

/** The class of each opcode that the programs use. */
export const CLASS_OF_OPCODE: Readonly<Record<number, string>> = {
  0x03: 'loop',
  0x04: 'conditional-branch',
  0x0c: 'branch',
  0x0d: 'conditional-branch',
  0x0e: 'branch-table',
  0x10: 'call',
  0x20: 'local-read',
  0x21: 'local-write',
  0x23: 'global',
  0x24: 'global',
  0x41: 'constant',
  0x6a: 'i32-arithmetic',
  0x6b: 'i32-arithmetic',
  0x6d: 'i32-division',
  0xfc: 'memory-bulk',
  0xfd: 'vector-constant',
};

const global = { get: [0x23, 0], set: [0x24, 0] };
const get = (local: number) => [0x20, local];
const constant = (value: number) => [0x41, ...signed(value)];

/** Bytes that a body counts as in translating: its own, one for 64 locals, and ten for each value of its joins and dear operators that they do not pay for. */
function countedBytes(operators: readonly Operator[], locals: number): number {
  const bytes = bodyOf(operators, locals).length;
  // The function's end joins nothing.
  const joins = operators.slice(0, -1).reduce((sum, operator) => sum + joinsOf(operator.bytes), 0);
  const dear = operators.reduce((sum, operator) => sum + dearValuesOf(operator.bytes), 0);
  const values = joins * (5 + Math.ceil(locals / 7)) + dear + Math.floor((dear * locals) / 2048);
  return bytes + Math.floor(locals / 64) + 10 * Math.max(0, values - 256 - bytes);
}

/** Of calls, divisions, and what fills and copies memory. */
function dearValuesOf([opcode]: readonly number[]): number {
  if (opcode === 0xfc) return 12;
  return opcode === 0x10 || opcode === 0x6d ? 4 : 0;
}

function joinsOf([opcode, , ...labels]: readonly number[]): number {
  if (opcode === 0x0e) return 1 + new Set(labels).size;
  if (opcode === 0x04 || opcode === 0x0d) return 2;
  return [0x03, 0x05, 0x0b, 0x0c].includes(opcode!) ? 1 : 0;
}

/** Lists a function's operators with their successors. The last `end` is the last operator. */
function list(body: readonly Statement[], functionCount: number): Operator[] {
  const operators: Operator[] = [];
  /** Per open label: its kind, and the branches that wait for its end. */
  interface Label {
    readonly loopStart: number | undefined;
    readonly waiting: ((end: number) => void)[];
  }
  const labels: Label[] = [];
  const label = (depth: number) => labels[labels.length - 1 - (depth % labels.length)]!;
  const plain = (bytes: number[], fuel: number, act?: (state: State) => void) =>
    operators.push({ bytes, fuel, act, successors: [operators.length + 1] });

  /** Adds the target of a branch to `successors`, now or when the label's end is known. */
  const target = (depth: number, successors: number[], branchEnds: number[]) => {
    const { loopStart, waiting } = label(depth);
    const place = successors.push(loopStart ?? -1) - 1;
    if (loopStart === undefined) {
      waiting.push((end) => {
        successors[place] = end + 1;
        branchEnds.push(end);
      });
    }
  };
  const close = () => {
    const { waiting } = labels.pop()!;
    const end = operators.length;
    plain([0x0b], 0);
    for (const tell of waiting) tell(end);
    return end;
  };

  const branchIf = (local: number, depth: number, fuel: number) => {
    const successors = [operators.length + 2];
    const branchEnds: number[] = [];
    plain(get(local), 1);
    operators.push({
      bytes: [0x0d, depth],
      fuel,
      successors,
      branchEnds,
      endsBlock: true,
      choose: ({ locals }) => (locals[local] === 0 ? 0 : 1),
    });
    target(depth, successors, branchEnds);
  };

  const add = (statement: Statement): void => {
    switch (statement.kind) {
      case 'bump':
        plain(global.get, 1);
        plain(constant(statement.by), 1);
        plain([0x6a], 1);
        plain(global.set, 1, ({ machine }) => (machine.global = (machine.global + statement.by) | 0));
        return;
      case 'set':
        plain(constant(statement.to), 1);
        plain([0x21, statement.local], 1, ({ locals }) => (locals[statement.local] = statement.to));
        return;
      case 'decrement':
        plain(get(statement.local), 1);
        plain(constant(1), 1);
        plain([0x6b], 1);
        plain([0x21, statement.local], 1, ({ locals }) => {
          locals[statement.local] = (locals[statement.local]! - 1) | 0;
        });
        return;
      case 'drop':
        plain(constant(5), 1);
        plain([0x1a], 0);
        return;
      case 'nop':
        plain([0x01], 0);
        return;
      case 'divide':
        plain(constant(1), 1);
        plain(get(statement.by), 1);
        plain([0x6d], 1, ({ locals }) => {
          if (locals[statement.by] === 0) throw new TrapOutcome('integer divide by zero');
        });
        plain([0x1a], 0);
        return;
      case 'fill':
        plain(constant(0), 1);
        plain(constant(7), 1);
        plain(constant(statement.bytes), 1);
        plain([0xfc, 0x0b, 0], 1, ({ machine }) => {
          if (statement.bytes > PAGE_BYTES) throw new TrapOutcome('out of bounds memory access');
          machine.charge(BigInt(machine.costs.bulkBytes * Math.ceil(statement.bytes / machine.bytesPerFuel)));
        });
        return;
      case 'call':
        plain([0x10, statement.callee], 1, ({ machine }) => machine.enter(statement.callee));
        return;
      case 'wide': {
        const { parameters, results } = WIDE_FUNCTIONS[statement.wide]!;
        const callee = functionCount + statement.wide;
        for (const zero of zeros(parameters)) plain(zero, 1);
        plain([0x10, callee], 1 + valuesFuel(parameters, 8) + valuesFuel(results, 4), ({ machine }) =>
          machine.enter(callee),
        );
        for (let i = 0; i < results.length; i++) plain([0x1a], 0);
        return;
      }
      case 'carry': {
        const { local, values } = statement;
        plain([0x02, FIRST_BLOCK_TYPE + values], 0);
        labels.push({ loopStart: undefined, waiting: [] });
        for (const zero of zeros('i'.repeat(values))) plain(zero, 1);
        branchIf(local, 0, 1 + Math.max(0, values - 4));
        close();
        for (let i = 0; i < values; i++) plain([0x1a], 0);
        return;
      }
      case 'return':
      case 'unreachable': {
        const traps = statement.kind === 'unreachable';
        operators.push({
          bytes: [traps ? 0x00 : 0x0f],
          fuel: 0,
          successors: [],
          act: () => {
            if (traps) throw new TrapOutcome('unreachable');
          },
        });
        return;
      }
      case 'br': {
        const successors: number[] = [];
        const branchEnds: number[] = [];
        const depth = statement.depth % labels.length;
        operators.push({ bytes: [0x0c, depth], fuel: 1, successors, branchEnds });
        target(depth, successors, branchEnds);
        return;
      }
      case 'br_if':
        branchIf(statement.local, statement.depth % labels.length, 1);
        return;
      case 'br_table': {
        const successors: number[] = [];
        const branchEnds: number[] = [];
        const depths = statement.depths.map((depth) => depth % labels.length);
        const { local } = statement;
        plain(get(local), 1);
        operators.push({
          bytes: [0x0e, depths.length - 1, ...depths],
          fuel: 1,
          successors,
          branchEnds,
          choose: ({ locals }) => Math.min(locals[local]! >>> 0, depths.length - 1),
        });
        for (const depth of depths) target(depth, successors, branchEnds);
        return;
      }
      case 'block':
        plain([0x02, 0x40], 0);
        labels.push({ loopStart: undefined, waiting: [] });
        statement.body.forEach(add);
        close();
        return;
      case 'loop':
        operators.push({
          bytes: [0x03, 0x40],
          fuel: 1,
          successors: [operators.length + 1],
          endsBlock: true,
        });
        labels.push({ loopStart: operators.length, waiting: [] });
        statement.body.forEach(add);
        close();
        return;
      case 'if': {
        const { local, otherwise } = statement;
        plain(get(local), 1);
        const successors = [operators.length + 1];
        operators.push({
          bytes: [0x04, 0x40],
          fuel: 1,
          successors,
          endsBlock: true,
          choose: ({ locals }) => (locals[local] === 0 ? 1 : 0),
        });
        labels.push({ loopStart: undefined, waiting: [] });
        statement.then.forEach(add);
        let leaveThen: number[] | undefined;
        if (otherwise !== undefined) {
          leaveThen = [];
          operators.push({ bytes: [0x05], fuel: 0, successors: leaveThen });
          successors.push(operators.length);
          otherwise.forEach(add);
        }
        const end = operators.length;
        labels.at(-1)!.waiting.push(() => {
          leaveThen?.push(end + 1);
          if (otherwise === undefined) successors.push(end + 1);
        });
        // The two ways through an `if` meet behind its end, always.
        const { waiting } = labels.pop()!;
        operators.push({ bytes: [0x0b], fuel: 0, successors: [end + 1], endsBlock: true });
        for (const tell of waiting) tell(end);
        return;
      }
    }
  };

  labels.push({ loopStart: undefined, waiting: [] });
  body.forEach(add);
  close();
  operators.at(-1)!.successors = [];
  for (const operator of operators) {
    // A branch to the function's own label, and one behind its end, return.
    operator.successors = operator.successors.map((next) => (next >= operators.length ? -1 : next));
  }
  return operators;
}

/** Fuel of each basic block, by the operator that it begins with. */
function blockFuel(
  operators: readonly Operator[],
  entryFuel: number,
  costs: OracleCosts,
): Map<number, number> {
  const reachable = new Set<number>();
  const visit = (start: number) => {
    const waiting = [start];
    while (waiting.length > 0) {
      const at = waiting.pop()!;
      if (at < 0 || reachable.has(at)) continue;
      reachable.add(at);
      waiting.push(...operators[at]!.successors);
    }
  };
  visit(0);
  const starts = new Set<number>([0]);
  for (const at of reachable) {
    const { bytes, branchEnds, endsBlock, successors } = operators[at]!;
    if (endsBlock === true || bytes[0] === 0x0e) for (const next of successors) starts.add(next);
    for (const end of branchEnds ?? []) starts.add(end + 1);
    // Falling into `else` goes on behind the end of the `if`.
    if (bytes[0] === 0x05) for (const next of successors) starts.add(next);
  }
  const fuel = new Map<number, number>();
  for (const start of starts) {
    let sum = start === 0 ? entryFuel : 0;
    for (let at = start; at >= 0 && at < operators.length; at++) {
      if (at !== start && starts.has(at)) break;
      // All but one of an operator's fuel is for values that come along.
      const { bytes, fuel } = operators[at]!;
      if (fuel > 0) sum += fuel - 1 + costs.operator(bytes[0]!);
      if (operators[at]!.successors[0] !== at + 1) break;
    }
    fuel.set(start, sum);
  }
  return fuel;
}

/** Runs a program, charging an account of fuel. */
export class Machine {
  global = 0;
  private readonly functions: {
    readonly operators: readonly Operator[];
    readonly fuel: ReadonlyMap<number, number>;
    readonly locals: number;
    readonly countedBytes: number;
    paid: boolean;
  }[];

  constructor(
    program: Program,
    public fuel: bigint,
    readonly bytesPerFuel: number,
    private readonly compilationFuel: (countedBytes: number) => bigint,
    readonly costs = ONES,
  ) {
    const functions = program.functions.map(({ body, locals }) => ({
      operators: list(body, program.functions.length),
      locals,
    }));
    this.functions = [...functions, ...wideFunctions()].map(({ operators, locals }) => {
      return {
        operators,
        fuel: blockFuel(operators, Math.floor((8 * locals) / bytesPerFuel), costs),
        locals,
        countedBytes: countedBytes(operators, locals),
        paid: false,
      };
    });
  }

  charge(amount: bigint): void {
    if (this.fuel < amount) throw new OutOfFuelOutcome(amount);
    this.fuel -= amount;
  }

  enter(index: number): void {
    const target = this.functions[index]!;
    if (!target.paid) {
      this.charge(this.compilationFuel(target.countedBytes));
      target.paid = true;
    }
    const state: State = { locals: new Array<number>(target.locals).fill(0), machine: this };
    let at = 0;
    while (at >= 0) {
      const block = target.fuel.get(at);
      if (block !== undefined) this.charge(BigInt(block));
      const operator = target.operators[at]!;
      operator.act?.(state);
      at = operator.successors[operator.choose?.(state) ?? 0] ?? -1;
    }
  }
}

/** Functions that give zeros. */
function wideFunctions(): { readonly operators: readonly Operator[]; readonly locals: number }[] {
  return WIDE_FUNCTIONS.map(({ results }) => {
    const operators: Operator[] = zeros(results).map((bytes, index) => ({
      bytes,
      fuel: 1,
      successors: [index + 1],
    }));
    return { operators: [...operators, { bytes: [0x0b], fuel: 0, successors: [-1] }], locals: 0 };
  });
}

/** The program in the binary format: its functions and the wide ones, a memory of a page and the global `g`. */
export function moduleOf(program: Program): Uint8Array {
  const count = program.functions.length;
  const bodies = [
    ...program.functions.map(({ body, locals }) => bodyOf(list(body, count), locals)),
    ...wideFunctions().map(({ operators, locals }) => bodyOf(operators, locals)),
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [TYPES.length, ...TYPES.flat()]),
    ...section(3, [bodies.length, ...bodies.map((_, index) => Math.max(0, index - count + 1))]),
    ...section(5, [1, 0, 1]),
    ...section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]),
    ...section(7, [
      count + 1,
      ...program.functions.flatMap((_, index) => [2, 0x66, 0x30 + index, 0, index]),
      ...[1, 0x67, 3, 0],
    ]),
    ...section(10, [bodies.length, ...bodies.flatMap((body) => [...unsigned(body.length), ...body])]),
  ]);
}

function bodyOf(operators: readonly Operator[], locals: number): number[] {
  return [1, ...unsigned(locals), 0x7f, ...operators.flatMap(({ bytes }) => bytes)];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}
