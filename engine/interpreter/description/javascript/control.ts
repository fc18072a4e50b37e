import { halfOf, next, read, register, word } from './values.js';

/** What is more than a value, in JavaScript; fields are those of the description. */

/** Where the branch field `k` leads. */
export const branchTarget = (k: number) => `pc + ${k} + ${word(k)}`;

/** Stops before a return from the run, or to another instance. */
const stopAtFloor = 'if (depth === base || frameFunctions[depth - 1].instance !== instance) break run;';
const popFrame = `
  left = (left + func.frameCost) | 0;
  depth = (depth - 1) | 0;
  pc = returnAddresses[depth] & Mask.Pc;
  fp = framePointers[depth];
  func = frameFunctions[depth];
  continue run;`;

const zero = (file: string) => `
  const first = fp + ${word(1)};
  const count = ${word(2)};
  ${file}[first] = 0;
  if (count > 1) ${file}[first + 1] = 0;
  if (count > 2) ${file}[first + 2] = 0;
  if (count > 3) ${file}[first + 3] = 0;
  ${next(3)}`;

const selected = `${read('i32', 4)} !== 0 ? ${word(2)} : ${word(3)}`;

/** Copies both halves at `a` to `d`, which it declares. */
const copyHalves = (d: string, a: string, to = 'halves', from = 'halves') => `
  const a = ${a};
  const d = ${d};
  ${to}[d] = ${from}[a];
  ${to}[d + 1] = ${from}[a + 1];`;

export const CONTROL: Readonly<Record<string, string>> = {
  Unreachable: 'break run;',
  ConsumeFuel: 'target = pc + 2; break;',
  Branch: `target = ${branchTarget(1)}; break;`,
  BranchTable: `
    const count = ${word(2)};
    const index = ${read('i32', 1)} >>> 0;
    target = pc + 3 + (index < count ? index : count);
    target += code[target];
    break;`,
  Return32: `${stopAtFloor} i32[fp] = ${read('i32', 1)}; ${popFrame}`,
  Return64: `
    ${stopAtFloor}
    const a = ${halfOf(1)};
    halves[fp << 1] = halves[a];
    halves[(fp << 1) + 1] = halves[a + 1];
    ${popFrame}`,
  Return: `${stopAtFloor} ${popFrame}`,
  Call: `
    const called = functions[${word(1)}];
    if (called === null) break run;
    callee = called;
    argumentsAt = fp + ${word(2)};
    returnTo = pc + 3;
    break call;`,
  CallIndirect: `
    const { elements, wide } = tables[${word(4)}];
    const element = ${read('i32', 2)};
    if (wide || element < 0 || element >= elements.length) break run;
    const called = elements[element] as Func | null;
    if (called === null || called.type.id !== ${word(3)} || called.instance !== instance) break run;
    callee = called;
    argumentsAt = fp + ${word(1)};
    returnTo = pc + 5;
    break call;`,
  Zero32: zero('i32'),
  Zero64: zero('f64'),
  Copy32: `i32[${register(1)}] = ${read('i32', 2)}; ${next(3)}`,
  Copy64: `i64[${register(1)}] = ${read('i64', 2)}; ${next(3)}`,
  Const32: `i32[${register(1)}] = ${word(2)}; ${next(3)}`,
  Const64: `const d = ${halfOf(1)}; halves[d] = ${word(2)}; halves[d + 1] = ${word(3)}; ${next(4)}`,
  Select32: `i32[${register(1)}] = i32[fp + (${selected})]; ${next(5)}`,
  Select64: `${copyHalves(halfOf(1), `(fp + (${selected})) << 1`)} ${next(5)}`,
  GlobalGet32: `i32[${register(1)}] = globals[globalSlots[${word(2)}]]; ${next(3)}`,
  GlobalGet64: `${copyHalves(halfOf(1), `globalSlots[${word(2)}]`, 'halves', 'globals')} ${next(3)}`,
  GlobalSet32: `globals[globalSlots[${word(1)}]] = ${read('i32', 2)}; ${next(3)}`,
  GlobalSet64: `${copyHalves(`globalSlots[${word(1)}]`, halfOf(2), 'globals')} ${next(3)}`,
};
