import { Random } from '@wasm-dyno/corpora';
import {
  type Engine,
  Func,
  type Instance,
  Linker,
  type ResumableCall,
  Store,
  ValueType,
} from '@wasm-dyno/engine';
import { HostScript, type ScriptCaller, ScriptError } from './host-script.js';
import type { NestProgram } from './nest-program.js';

const CALL = { parameters: [ValueType.I32, ValueType.I32], results: [ValueType.I32] };
const WIDE = {
  parameters: [ValueType.I32, ValueType.I64, ValueType.F64],
  results: [ValueType.I64, ValueType.I32],
};

/** How calls are made: in one go, or stopped for want of fuel wherever a portion ends, and resumed. */
export type NestMode =
  | { readonly kind: 'at once' }
  | {
      readonly kind: 'resumed';
      /** Where the portions of fuel come from. */
      readonly random: Random;
      readonly mostPerPortion: number;
      /** Whether an embedder function's error is answered in its stead. */
      readonly answersErrors: boolean;
    };

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
    answers = false,
  ) {
    this.store = new Store(engine);
    this.script = new HostScript(seed, program.modules.length, answers, () => this);
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
      if (this.mode.kind === 'resumed' && this.mode.answersErrors && error instanceof ScriptError)
        return error.answer[0] as number;
      throw error;
    }
  }

  /** Resumes a call of this store until it is over. @throws what the call ends with */
  finish(call: ResumableCall): number {
    while (call.state !== 'finished') {
      this.resumptions++;
      if (call.state === 'out-of-fuel') {
        this.addPortion(call.requiredFuel);
        call = call.resume();
      } else {
        const { error } = call;
        const isAnswered = this.mode.kind === 'resumed' && this.mode.answersErrors;
        if (!isAnswered || !(error instanceof ScriptError)) throw error;
        call = call.resume(...error.answer);
      }
    }
    return call.results[0] as number;
  }

  private made(func: Func, depth: number, value: number): number {
    if (this.mode.kind === 'at once') return func.call(depth, value)[0] as number;
    return this.finish(func.callResumable(depth, value));
  }

  /** At least what is required: a smaller portion would only stop there again. */
  private addPortion(required: bigint): void {
    const { mode, store } = this;
    const portion =
      mode.kind === 'resumed' ? BigInt(mode.random.integer(0, mode.mostPerPortion)) : 1_000_000n;
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
