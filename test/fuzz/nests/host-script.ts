import { OutOfFuelError, Trap } from '@wasm-dyno/engine';
import { FUNCTIONS } from './nest-program.js';

/** What an embedder function throws in the script; `answer` is what it would have returned. */
export class ScriptError extends Error {
  constructor(
    readonly event: number,
    readonly answer: readonly unknown[],
  ) {
    super(`event ${event}`);
  }
}

export type EndKind = 'host error' | 'out of fuel' | 'trap';

/** How a call ended that threw; anything that no program may cause is thrown on. */
export function endKind(error: unknown): EndKind {
  if (error instanceof ScriptError) return 'host error';
  if (error instanceof OutOfFuelError) return 'out of fuel';
  if (error instanceof Trap || (error instanceof Error && error.name === 'RuntimeError')) return 'trap';
  throw error;
}

/** Who runs the program: calls an export of an instance, or the embedder function itself. Throws as the side throws. */
export interface ScriptCaller {
  call(instance: number, name: string, depth: number, value: number): number;
  callEmbedder(depth: number, value: number): number;
}

/** Noted when an embedder function lets the error of a call that ran out of fuel pass. */
export const PASSING = 'passes';

/** Which embedder functions give what they else would throw: none, all, or those that calls back lead to. */
export type Answering = 'none' | 'all' | 'nested';

const MOST_EVENTS = 150;
const MOST_NESTED = 8;

/**
 * What the embedder functions of a program do, decided by what they are given and how many of them ran before: they answer, throw,
 * call back once or twice, and let errors of such calls pass, or not. Everything is noted.
 */
export class HostScript {
  readonly trace: string[] = [];
  /** Calls back that ran out of fuel, their error caught or let pass. */
  innerOutOfFuel = 0;
  private events = 0;
  private nested = 0;

  constructor(
    private readonly seed: number,
    private readonly instances: number,
    private readonly answering: Answering,
    private readonly caller: () => ScriptCaller,
  ) {}

  /** The embedder function `call`. */
  call(depth: number, value: number): number {
    const event = this.begin('call', depth, value);
    const choice = mixed(this.seed, event, value) % 16;
    if (choice === 12) return this.fail(event, [(value ^ event) | 0])[0] as number;
    if (choice < 5 || depth <= 0 || this.nested >= MOST_NESTED || event >= MOST_EVENTS)
      return (Math.imul(value, 31) + event) | 0;
    this.nested++;
    try {
      return this.callBack(choice, event, depth, value);
    } catch (error) {
      if (endKind(error) === 'out of fuel') this.trace.push(PASSING);
      throw error;
    } finally {
      this.nested--;
    }
  }

  /** The embedder function `wide`: several results. */
  wide(depth: number, long: bigint, float: number): readonly [bigint, number] {
    const event = this.begin('wide', depth, long, float);
    const answer = [BigInt.asIntN(64, long * 3n + BigInt(event)), (event * 77) | 0] as const;
    if (mixed(this.seed, event, depth) % 8 === 0) this.fail(event, answer);
    return answer;
  }

  private begin(name: string, ...values: readonly unknown[]): number {
    const event = this.events++;
    this.trace.push(`${event} ${name} ${values.join(' ')}`);
    return event;
  }

  private fail(event: number, answer: readonly unknown[]): readonly unknown[] {
    if (this.answering === 'all' || (this.answering === 'nested' && this.nested > 0)) return answer;
    throw new ScriptError(event, answer);
  }

  private callBack(choice: number, event: number, depth: number, value: number): number {
    const caller = this.caller();
    const hash = mixed(this.seed + 1, event, value);
    const call = (turn: number) =>
      this.noted(() =>
        caller.call(hash % this.instances, `f${(hash >>> 8) % FUNCTIONS}`, Math.min(depth, 3), value ^ turn),
      );
    switch (choice) {
      case 10:
      case 11:
        return this.caught(() => call(1));
      case 13:
        return this.noted(() => caller.callEmbedder(depth - 1, (value + 1) | 0));
      case 14:
        return (call(1) + this.caught(() => call(2))) | 0;
      default:
        return (call(0) + 1) | 0;
    }
  }

  private noted(step: () => number): number {
    try {
      const answer = step();
      this.trace.push(`= ${answer}`);
      return answer;
    } catch (error) {
      const kind = endKind(error);
      if (kind === 'out of fuel') this.innerOutOfFuel++;
      this.trace.push(`! ${kind}`);
      throw error;
    }
  }

  private caught(step: () => number): number {
    try {
      return step();
    } catch (error) {
      return endKind(error).length;
    }
  }
}

/** A hash of three numbers, from 0 on. */
function mixed(a: number, b: number, c: number): number {
  let hash = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(b + 1, 0xc2b2_ae35) ^ c;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}
