import { DEFAULT_EXECUTION_COSTS } from '../fuel/execution-costs.js';
import type { Metering } from '../fuel/metering.js';
import { DEFAULT_BYTES_PER_FUEL, MOST_BLOCK_FUEL } from '../fuel/schedule.js';
import { BodyReader } from './body-reader.js';
import { NO_PATCH } from './control-stack.js';
import { Ir } from './ir.js';
import { CodeArena } from './translated-function.js';

/** Words that one operator emits at most, apart from moves of whole value lists, which reserve for themselves. */
export const OPERATOR_WORDS = 64;
/** Words of the longest move of one value. */
export const MOVE_WORDS = 4;

/** Scratch space kept for the next function. */
const KEPT_WORDS = 1 << 20;
const NO_WORDS = new Int32Array(0);
/** Between functions: an engine's code is not kept alive here. */
const NO_ARENA = new CodeArena();

/** Writes IR words, and the fuel of each basic block into the word before it. */
export class IrWriter extends BodyReader {
  /** Where code is written that has outgrown its chunk. */
  private scratch: Int32Array = NO_WORDS;
  /** The chunk that the function will stay in, or the scratch space; its code is from `start` to `position`. */
  protected code: Int32Array = NO_WORDS;
  protected start = 0;
  protected arena = NO_ARENA;
  /** Where code ends that the arena has just room for. */
  private mostPosition = 0;
  protected position = 0;
  protected options: Metering = { consumeFuel: true, bytesPerFuel: DEFAULT_BYTES_PER_FUEL };
  /** What each operator costs, in fuel. */
  protected operatorCosts = DEFAULT_EXECUTION_COSTS.operators;
  /** Where the open basic block's fuel word is, and what it comes to so far. */
  protected blockFuelAt = 0;
  protected blockFuel = 0;

  /** Begins a function at the end of the arena, with room for as many words as its body has bytes: it seldom needs more. */
  protected beginCode(bodyBytes: number): void {
    const { arena } = this;
    this.code = arena.chunkWithRoomFor(bodyBytes + OPERATOR_WORDS);
    this.start = arena.end;
    this.position = this.start;
    this.mostPosition = this.start + arena.roomWords;
  }

  protected ensure(words: number): void {
    if (this.position + words > this.code.length) this.makeRoom(words);
  }

  /** Code that outgrows its chunk moves to scratch space, at the same positions. */
  private makeRoom(words: number): void {
    const { code, mostPosition, start, position } = this;
    // What has been written will not be kept: no more room is taken for it.
    if (position > mostPosition) this.arena.refuse();
    if (position + words > this.scratch.length) {
      const roomy = Math.min(code.length * 2, mostPosition);
      this.scratch = new Int32Array(Math.max(roomy, position + words));
    }
    this.scratch.set(code.subarray(start, position), start);
    this.code = this.scratch;
  }

  /** Between functions: what an unusually large one needed is given back. */
  protected giveBackScratch(): void {
    if (this.scratch.length > KEPT_WORDS) this.scratch = NO_WORDS;
    this.code = NO_WORDS;
    this.arena = NO_ARENA;
  }

  protected emit(a: number): void {
    this.code[this.position++] = a;
  }

  protected emit2(a: number, b: number): void {
    const { code, position } = this;
    code[position] = a;
    code[position + 1] = b;
    this.position = position + 2;
  }

  protected emit3(a: number, b: number, c: number): void {
    const { code, position } = this;
    code[position] = a;
    code[position + 1] = b;
    code[position + 2] = c;
    this.position = position + 3;
  }

  protected emit4(a: number, b: number, c: number, d: number): void {
    const { code, position } = this;
    code[position] = a;
    code[position + 1] = b;
    code[position + 2] = c;
    code[position + 3] = d;
    this.position = position + 4;
  }

  protected emit5(a: number, b: number, c: number, d: number, e: number): void {
    this.emit4(a, b, c, d);
    this.emit(e);
  }

  // Basic blocks

  protected openBlock(): void {
    this.blockFuelAt = this.position - 1;
    this.blockFuel = 0;
  }

  protected closeBlock(): void {
    this.code[this.blockFuelAt] = this.options.consumeFuel ? Math.min(this.blockFuel, MOST_BLOCK_FUEL) : 0;
  }

  /** A label here: ends the basic block above, which falls through when `reachable`, and starts the next. */
  protected startBlock(reachable: boolean): void {
    const { code } = this;
    let { position } = this;
    if (reachable) {
      // An empty block goes on as this one: whoever enters it comes here, and pays as much.
      if (this.blockFuel === 0 && position === this.blockFuelAt + 1) return;
      this.closeBlock();
      code[position++] = Ir.ConsumeFuel;
    }
    code[position] = 0;
    this.blockFuelAt = position;
    this.blockFuel = 0;
    this.position = position + 1;
  }

  /** Ends the basic block at a conditional branch: the fuel word of the next is the operator's last field. */
  protected splitBlock(): void {
    const { code, position } = this;
    this.closeBlock();
    code[position] = 0;
    this.blockFuelAt = position;
    this.blockFuel = 0;
    this.position = position + 1;
  }

  protected patchTo(field: number, target: number): void {
    const { code } = this;
    while (field !== NO_PATCH) {
      const next = code[field]!;
      code[field] = target - field;
      field = next;
    }
  }
}
