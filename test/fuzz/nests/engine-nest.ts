import { Random } from '@wasm-dyno/corpora';
import {
  type AsyncResumableCall,
  type Engine,
  Func,
  type Instance,
  Linker,
  type ResumableCall,
  Store,
  type Value,
  ValueType,
} from '@wasm-dyno/engine';
import { type Answering, HostScript, type ScriptCaller, ScriptError } from './host-script.js';
import type { NestProgram, OuterCall } from './nest-program.js';

const CALL = { parameters: [ValueType.I32, ValueType.I32], results: [ValueType.I32] };
const WIDE = {
  parameters: [ValueType.I32, ValueType.I64, ValueType.F64],
  results: [ValueType.I64, ValueType.I32],
};

/**
 * How calls are made: in one go; or stopped for want of fuel wherever a portion ends, and resumed; or so where that is promised, with calls of
 * embedder functions in one go.
 */
export type NestMode =
  | { readonly kind: 'at once' }
  | {
      readonly kind: 'resumed' | 'promised';
      /** Where the portions of fuel come from. */
      readonly random: Random;
      readonly mostPerPortion: number;
      /** Whether an embedder function's error is answered in its stead. */
      readonly answersErrors: boolean;
    };

const ENOUGH = 50_000_000n;

/** A program's instances in one store. */
export class EngineNest implements ScriptCaller {
  readonly store: Store;
  readonly script: HostScript;
  /** Times that a call ran out of fuel and was resumed. */
  resumptions = 0;
  private readonly instances: Instance[] = [];
  private readonly host: Func;

  constructor(
    program: NestProgram,
    seed: number,
    engine: Engine,
    private readonly mode: NestMode,
    answering: Answering = 'none',
  ) {
    this.store = new Store(engine);
    this.script = new HostScript(seed, program.modules.length, answering, () => this);
    const linker = new Linker(engine);
    this.host = Func.wrap(this.store, CALL, (_, depth, value) =>
      this.script.call(depth as number, value as number),
    );
    linker.define('host', 'call', this.host);
    const wide = Func.wrap(this.store, WIDE, (_, depth, long, float) =>
      this.script.wide(depth as number, long as bigint, float as number),
    );
    linker.define('host', 'wide', wide);
    program.modules.forEach((bytes, i) => {
      const instance = linker.instantiate(this.store, engine.compile(bytes));
      linker.defineInstance(`m${i}`, instance);
      this.instances.push(instance);
    });
  }

  call(instance: number, name: string, depth: number, value: number): number {
    return this.made(this.instances[instance]!.getFunction(name)!, depth, value);
  }

  callEmbedder(depth: number, value: number): number {
    try {
      return this.made(this.host, depth, value);
    } catch (error) {
      // No WebAssembly frame is there to be resumed.
      if (this.mode.kind === 'resumed') return this.answerTo(error)[0] as number;
      throw error;
    }
  }

  /** A call from outside that is promised. */
  async callPromised({ depth, instance, name, value }: OuterCall): Promise<number> {
    let call = await this.instances[instance]!.getFunction(name)!.callResumableAsync(depth, value);
    while (call.state !== 'finished') call = await this.goOnPromised(call);
    return call.results[0] as number;
  }

  private goOnPromised(
    call: Exclude<AsyncResumableCall, { state: 'finished' }>,
  ): Promise<AsyncResumableCall> {
    this.resumptions++;
    if (call.state === 'embedder-error') return call.resume(...(this.answerTo(call.error) as Value[]));
    this.addPortion(call.requiredFuel);
    return call.resume();
  }

  /** @throws the error, where it is not to be answered */
  private answerTo(error: unknown): readonly unknown[] {
    const isAnswered = this.mode.kind !== 'at once' && this.mode.answersErrors;
    if (!isAnswered || !(error instanceof ScriptError)) throw error;
    return error.answer;
  }

  /** Resumes a call of this store until it is over. @throws what the call ends with */
  finish(call: ResumableCall): number {
    while (call.state !== 'finished') {
      this.resumptions++;
      if (call.state === 'out-of-fuel') {
        this.addPortion(call.requiredFuel);
        call = call.resume();
      } else call = call.resume(...(this.answerTo(call.error) as Value[]));
    }
    return call.results[0] as number;
  }

  private made(func: Func, depth: number, value: number): number {
    if (this.mode.kind === 'at once') return func.call(depth, value)[0] as number;
    if (this.mode.kind === 'promised') return this.withEnough(() => func.call(depth, value)[0] as number);
    return this.finish(func.callResumable(depth, value));
  }

  /** Does what must not run out of fuel; what it consumes of that is taken off afterwards. */
  private withEnough<Result>(step: () => Result): Result {
    const { store } = this;
    store.addFuel(ENOUGH);
    try {
      return step();
    } finally {
      store.fuel = store.fuel > ENOUGH ? store.fuel - ENOUGH : 0n;
    }
  }

  /** At least what is required: a smaller portion would only stop there again. */
  private addPortion(required: bigint): void {
    const { mode, store } = this;
    const portion =
      mode.kind !== 'at once' ? BigInt(mode.random.integer(0, mode.mostPerPortion)) : 1_000_000n;
    store.addFuel(required - store.fuel + portion);
  }

  /** What all memories and globals hold, as one number. */
  state(): number {
    let hash = 0;
    for (const instance of this.instances) {
      hash = Math.imul(hash ^ (instance.getGlobal('g')!.value as number), 0x0100_0193);
      for (const byte of instance.getMemory('memory')!.u8.subarray(0, 4096))
        hash = Math.imul(hash ^ byte, 0x0100_0193);
    }
    return hash >>> 0;
  }
}
