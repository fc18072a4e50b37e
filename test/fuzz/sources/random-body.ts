import type { Random } from '@wasm-dyno/corpora';
import { signed, sized, unsigned } from '../../encoded-integers.js';
import { TYPE_CODES, type TypeLetter } from '../operators.js';
import { randomTypes, type ModuleShape, type TypeList } from './module-shape.js';
import { OP } from './opcodes.js';
import { StraightCode, type Label } from './straight-code.js';

interface Action {
  readonly weight: number;
  readonly act: () => void;
}
/**
 * Writes one random function body as a stack machine would be driven: it keeps a model of the operand stack and lets
 * values lie on it while it does other things, so that names of locals stay pending over writes to them, blocks take
 * parameters off a deep stack and branches carry several values from anywhere. Every loop has a counter of its own.
 */
export class RandomBody extends StraightCode {
  private readonly actions: readonly Action[];

  constructor(
    random: Random,
    shape: ModuleShape,
    private readonly types: TypeList,
    functionIndex: number,
    letters: string,
    /** Steps left to write. */
    private budget: number,
  ) {
    super(random, shape, functionIndex, letters);
    this.actions = this.possibleActions();
  }

  /** The body with its size. */
  write(): number[] {
    const { results } = this.signature;
    if (this.shape.guarded) this.writeGuard();
    this.labels.push({ isLoop: false, branch: results, results, base: 0, counter: -1 });
    this.fill(this.random.integer(3, 14), results);
    this.emit(OP.end);
    const declared = this.locals.slice(this.parameterCount);
    const groups: [number, TypeLetter][] = [];
    for (const type of declared) {
      const last = groups.at(-1);
      if (last?.[1] === type) last[0]++;
      else groups.push([1, type]);
    }
    const declarations = groups.flatMap(([count, type]) => [...unsigned(count), TYPE_CODES[type]]);
    return sized([...unsigned(groups.length), ...declarations, ...this.code]);
  }

  private writeGuard(): void {
    this.emit(OP.globalGet, 0, OP.i32Const, 1, OP.i32Sub, OP.globalSet, 0);
    this.emit(OP.globalGet, 0, OP.i32Const, 0, 0x48, OP.if, 0x40, OP.unreachable, OP.end);
  }

  // Straight code

  private possibleActions(): Action[] {
    const { shape } = this;
    const actions: Action[] = [
      { weight: 22, act: () => this.pushLeaf(this.someType()) },
      { weight: 34, act: () => this.applyOperator() },
      { weight: 12, act: () => this.setLocal() },
      { weight: 6, act: () => this.teeLocal() },
      { weight: 3, act: () => this.setGlobal() },
      { weight: 3, act: () => this.dropTop() },
      { weight: 4, act: () => this.select() },
      { weight: 5, act: () => this.block(OP.block) },
      { weight: 4, act: () => this.block(OP.loop) },
      { weight: 6, act: () => this.ifElse() },
      { weight: 6, act: () => this.branchIf() },
      { weight: 4, act: () => this.call() },
      { weight: 1, act: () => this.emit(OP.nop) },
    ];
    if (shape.hasMemory) {
      actions.push({ weight: 12, act: () => this.access() });
      actions.push({ weight: 3, act: () => this.bulkMemory() });
    }
    if (shape.hasTables) {
      actions.push({ weight: 2, act: () => this.tableOperator() });
      actions.push({ weight: 3, act: () => this.callIndirect() });
    }
    if (this.letters.includes('r') || this.letters.includes('e')) {
      actions.push({ weight: 2, act: () => this.isNull() });
    }
    return actions;
  }

  /** Writes random code, then sees to it that exactly `results` lie on the stack above the label's base. */
  private fill(steps: number, results: readonly TypeLetter[]): void {
    for (; steps > 0 && this.budget > 0; steps--) {
      this.budget--;
      this.random.weighted(this.actions).act();
    }
    if (this.labels.length === 1) this.showLocals();
    if (this.random.chance(this.labels.length === 1 ? 0.05 : 0.15)) this.leave();
    else this.settle(results);
  }

  // Calls

  private callees(): number[] {
    const first = this.shape.guarded ? 0 : this.functionIndex + 1;
    const found: number[] = [];
    for (let index = 0; index < this.shape.functions.length; index++) {
      if (index < this.shape.importedFunctions || index >= first) found.push(index);
    }
    return found.filter((index) => {
      const { parameters, results } = this.shape.types[this.shape.functions[index]!]!;
      return [...parameters, ...results].every((type) => this.letters.includes(type));
    });
  }

  private call(): void {
    const callees = this.callees();
    if (callees.length === 0) return;
    const callee = this.random.pick(callees);
    const type = this.shape.types[this.shape.functions[callee]!]!;
    this.ensure(type.parameters);
    this.emit(OP.call, ...unsigned(callee));
    this.pop(type.parameters.length);
    this.stack.push(...type.results);
  }

  private callIndirect(): void {
    const callees = this.callees();
    if (callees.length === 0) return;
    const index = this.shape.functions[this.random.pick(callees)]!;
    const type = this.shape.types[index]!;
    this.ensure(type.parameters);
    this.pushElement();
    this.emit(OP.callIndirect, ...unsigned(index), 0);
    this.pop(type.parameters.length);
    this.stack.push(...type.results);
  }

  private pushElement(): void {
    const locals = this.localsOf('i');
    if (locals.length > 0 && this.random.chance(0.4)) {
      this.emit(OP.localGet, ...unsigned(this.random.pick(locals)));
      if (this.random.chance(0.8)) this.emit(OP.i32Const, 7, OP.i32And);
    } else this.emit(OP.i32Const, ...signed(this.random.integer(0, 12)));
  }

  // Control

  private blockType(parameters: readonly TypeLetter[], results: readonly TypeLetter[]): number[] {
    if (parameters.length === 0 && results.length === 0 && this.random.chance(0.9)) return [0x40];
    if (parameters.length === 0 && results.length === 1 && this.random.chance(0.9))
      return [TYPE_CODES[results[0]!]];
    return signed(this.types.indexOf({ parameters, results }));
  }

  /** Parameters for a block: whatever lies on top. */
  private takeParameters(): TypeLetter[] {
    const available = this.stack.length - this.base;
    const count = Math.min(available, this.random.chance(0.5) ? 0 : this.random.integer(0, 4));
    return count === 0 ? [] : this.stack.slice(-count);
  }

  private blockResults(parameters: readonly TypeLetter[]): TypeLetter[] {
    if (parameters.length > 0 && this.random.chance(0.3)) return [...parameters];
    return randomTypes(this.random, this.random.chance(0.3) ? 4 : 1, this.letters);
  }

  private block(opcode: number): void {
    if (this.labels.length > 7) return;
    const parameters = this.takeParameters();
    const results = this.blockResults(parameters);
    const isLoop = opcode === OP.loop;
    let counter = -1;
    if (isLoop) {
      counter = this.newReserved('i');
      this.emit(OP.i32Const, this.random.integer(1, 5), OP.localSet, ...unsigned(counter));
    }
    this.emit(opcode, ...this.blockType(parameters, results));
    const base = this.stack.length - parameters.length;
    this.labels.push({ isLoop, branch: isLoop ? parameters : results, results, base, counter });
    this.fill(this.random.integer(1, 7), results);
    if (isLoop && this.random.chance(0.6) && this.topIs(results)) this.repeatLoop(results);
    this.closeLabel();
  }

  /** At the end of a loop, with the results on the stack: a branch back that carries fresh parameters. */
  private repeatLoop(results: readonly TypeLetter[]): void {
    const { branch } = this.labels.at(-1)!;
    for (const type of branch) this.pushLeaf(type);
    this.loopCondition(this.labels.at(-1)!);
    this.emit(OP.brIf, 0);
    for (let left = branch.length; left > 0; left--) this.emit(OP.drop);
    this.pop(branch.length);
    if (!this.topIs(results)) throw new Error('the model of the stack is wrong');
  }

  private loopCondition({ counter }: Label): void {
    const index = unsigned(counter);
    this.emit(OP.localGet, ...index, OP.i32Const, 1, OP.i32Sub, OP.localTee, ...index);
    if (this.random.chance(0.6)) this.emit(OP.i32Const, 0, OP.i32GtS);
    else this.emit(OP.i32Const, 0, 0x4a, OP.i32Eqz, OP.i32Eqz);
  }

  private closeLabel(): void {
    const { base, results } = this.labels.pop()!;
    this.emit(OP.end);
    this.stack.length = base;
    this.stack.push(...results);
  }

  private ifElse(): void {
    if (this.labels.length > 7) return;
    this.condition();
    const parameters = this.takeParameters();
    const hasElse = this.random.chance(0.6);
    const results = hasElse ? this.blockResults(parameters) : parameters;
    this.emit(OP.if, ...this.blockType(parameters, results));
    const base = this.stack.length - parameters.length;
    this.labels.push({ isLoop: false, branch: results, results, base, counter: -1 });
    this.fill(this.random.integer(0, 6), results);
    if (hasElse) {
      this.emit(OP.else);
      this.stack.length = base;
      this.stack.push(...parameters);
      this.fill(this.random.integer(0, 6), results);
    }
    this.closeLabel();
  }

  /** Depth of a label to branch to, outwards from 0. */
  private someDepth(): number {
    const deepest = this.labels.length - 1;
    return this.random.chance(0.5)
      ? this.random.integer(0, Math.min(1, deepest))
      : this.random.integer(0, deepest);
  }

  private label(depth: number): Label {
    return this.labels[this.labels.length - 1 - depth]!;
  }

  private branchIf(): void {
    const depth = this.someDepth();
    const label = this.label(depth);
    this.ensure(label.branch);
    if (label.isLoop) this.loopCondition(label);
    else this.leafCondition();
    this.emit(OP.brIf, ...unsigned(depth));
  }

  /** Ends the block by an operator that never falls through, perhaps with dead code behind it. */
  private leave(): void {
    const { random } = this;
    switch (random.integer(0, 7)) {
      case 0:
        if (random.chance(0.2)) {
          this.emit(OP.unreachable);
          break;
        }
      // falls through
      case 1:
        this.ensure(this.signature.results);
        this.emit(OP.return);
        break;
      case 2:
      case 3:
        this.branchTable();
        break;
      case 4:
        this.tailCall();
        break;
      default: {
        const depth = this.someDepth();
        if (this.label(depth).isLoop) this.trapWhenDone(this.label(depth));
        this.ensure(this.label(depth).branch);
        this.emit(OP.br, ...unsigned(depth));
      }
    }
    this.stack.length = this.base;
    if (random.chance(0.3)) this.deadCode();
  }

  private trapWhenDone(label: Label): void {
    this.loopCondition(label);
    this.emit(OP.i32Eqz, OP.if, 0x40, OP.unreachable, OP.end);
  }

  private branchTable(): void {
    const { random } = this;
    const first = this.someDepth();
    const types = this.label(first).branch.join();
    const depths = this.labels
      .map((_, index) => index)
      .filter((depth) => this.label(depth).branch.join() === types);
    for (const depth of depths) if (this.label(depth).isLoop) this.trapWhenDone(this.label(depth));
    this.ensure(this.label(first).branch);
    this.pushElement();
    const targets = Array.from({ length: random.integer(0, 6) }, () => random.pick(depths));
    this.emit(OP.brTable, ...unsigned(targets.length));
    for (const depth of [...targets, first]) this.emit(...unsigned(depth));
  }

  private tailCall(): void {
    const results = this.signature.results.join();
    const callees = this.callees().filter(
      (index) => this.shape.types[this.shape.functions[index]!]!.results.join() === results,
    );
    if (callees.length === 0) {
      this.ensure(this.signature.results);
      this.emit(OP.return);
      return;
    }
    const callee = this.random.pick(callees);
    const type = this.shape.types[this.shape.functions[callee]!]!;
    this.ensure(type.parameters);
    if (this.shape.hasTables && this.random.chance(0.4)) {
      this.pushElement();
      this.emit(OP.returnCallIndirect, ...unsigned(this.shape.functions[callee]!), 0);
    } else this.emit(OP.returnCall, ...unsigned(callee));
  }

  /** Code that is never reached: operands may come from nowhere (spec 3.4, polymorphic stacks). */
  private deadCode(): void {
    const operator = this.random.pick(this.plain);
    this.emit(...operator.opcode);
    if (operator.lanes === 32) this.emit(...new Array<number>(16).fill(3));
    else if (operator.lanes > 0) this.emit(operator.lanes - 1);
    this.emit(OP.drop);
    if (this.random.chance(0.5)) this.emit(OP.block, 0x40, OP.nop, OP.unreachable, OP.end);
    if (this.random.chance(0.3))
      this.emit(
        OP.i32Const,
        1,
        OP.if,
        TYPE_CODES.i,
        OP.i32Const,
        2,
        OP.else,
        OP.i32Const,
        3,
        OP.end,
        OP.drop,
        OP.br,
        0,
      );
    if (this.random.chance(0.3)) this.emit(OP.unreachable);
  }

  /** Leaves exactly `results` above the base. */
  private settle(results: readonly TypeLetter[]): void {
    const above = this.stack.length - this.base;
    if (above === results.length && this.topIs(results)) return;
    if (this.random.chance(0.5) && !this.labels.at(-1)!.isLoop) {
      // A branch carries the results over whatever lies under them.
      this.ensure(results);
      this.emit(OP.br, 0);
      this.stack.length = this.base;
      return;
    }
    let matching = 0;
    while (
      matching < above &&
      matching < results.length &&
      this.stack[this.base + matching] === results[matching]
    )
      matching++;
    for (let left = above - matching; left > 0; left--) {
      if (this.random.chance(0.4)) this.setLocal();
      else this.dropTop();
    }
    for (const type of results.slice(matching)) this.pushLeaf(type);
  }
}
