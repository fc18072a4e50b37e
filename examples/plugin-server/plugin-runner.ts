// Plugins of many users on one thread: each request has a store of its own, pays for all that it does, and takes turns with the others.
import {
  CompileError,
  type Engine,
  Linker,
  LinkError,
  type Module,
  OutOfFuelError,
  type ResumableCall,
  Store,
  Trap,
  ValueType,
} from '@wasm-dyno/engine';

/** Why a request was not answered by its plugin; each is a status of HTTP. */
export const REFUSALS = {
  'invalid-plugin': 422,
  'no-such-plugin': 404,
  'too-many-plugins': 507,
  'too-large': 413,
  'cut-off': 400,
  busy: 503,
  'not-ready': 503,
  'out-of-fuel': 429,
  trap: 500,
  'bad-plugin': 502,
} as const;
export type RefusalReason = keyof typeof REFUSALS;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
  }
}

/** What each user, and each request, may take. */
export interface Budgets {
  /** Fuel of loading a plugin. */
  readonly loadFuel: bigint;
  /** Fuel of a request: instantiating, compiling what it calls first, executing. */
  readonly requestFuel: bigint;
  /** Fuel of a turn, after which the other requests have theirs. */
  readonly turnFuel: bigint;
  readonly memoryBytes: number;
  /** Elements of all tables of a request: the host has eight bytes for each. */
  readonly tableElements: number;
  readonly plugins: number;
  /** Requests that take turns; others are told that the server is busy. */
  readonly requests: number;
  /** The same of one plugin. It has no more than are left free, either: a few plugins do not take the turns of all. */
  readonly requestsOfPlugin: number;
  readonly bodyBytes: number;
}

export const BUDGETS: Budgets = {
  loadFuel: 20_000_000n,
  requestFuel: 20_000_000n,
  turnFuel: 500_000n,
  memoryBytes: 4 * 65_536,
  tableElements: 10_000,
  plugins: 100,
  requests: 64,
  requestsOfPlugin: 32,
  bodyBytes: 65_536,
};

/** A plugin exports its memory, and `handle(length) -> length`: both texts are at the memory's beginning. */
export class PluginRunner {
  private readonly plugins = new Map<string, Module>();
  private running = 0;
  private readonly turns = new Turns();
  private readonly runningOf = new Map<string, number>();

  constructor(
    readonly engine: Engine,
    readonly budgets: Budgets = BUDGETS,
  ) {}

  /** Loads a plugin in place of the one of that name, if any. @throws Refusal */
  load(name: string, bytes: Uint8Array): void {
    const { loadFuel, plugins } = this.budgets;
    if (this.plugins.size >= plugins && !this.plugins.has(name))
      throw new Refusal('too-many-plugins', `there are ${plugins} plugins, which is the limit`);
    try {
      this.plugins.set(name, this.engine.compile(bytes, { fuel: loadFuel }));
    } catch (error) {
      throw refusalOf(error, 'invalid-plugin');
    }
  }

  /** Has the plugin answer, in turns with other requests; `isWanted` tells whether anybody waits for it still. @throws Refusal */
  async handle(
    name: string,
    request: Uint8Array,
    isWanted: () => boolean = () => true,
  ): Promise<{ answer: Uint8Array; fuel: bigint }> {
    const module = this.plugins.get(name);
    if (module === undefined) throw new Refusal('no-such-plugin', `no plugin is called ${name}`);
    if (this.running >= this.budgets.requests)
      throw new Refusal('busy', `${this.running} requests are running, which is the limit`);
    const runningOfPlugin = this.runningOf.get(name) ?? 0;
    const free = this.budgets.requests - this.running;
    if (runningOfPlugin >= Math.min(free, this.budgets.requestsOfPlugin))
      throw new Refusal('busy', `${runningOfPlugin} requests to ${name} are running, which is the limit`);
    this.count(name, 1);
    try {
      return await this.run(module, request, isWanted);
    } catch (error) {
      throw refusalOf(error, 'bad-plugin');
    } finally {
      this.count(name, -1);
    }
  }

  private count(name: string, change: number): void {
    this.running += change;
    const ofPlugin = (this.runningOf.get(name) ?? 0) + change;
    if (ofPlugin === 0) this.runningOf.delete(name);
    else this.runningOf.set(name, ofPlugin);
  }

  private async run(
    module: Module,
    request: Uint8Array,
    isWanted: () => boolean,
  ): Promise<{ answer: Uint8Array; fuel: bigint }> {
    const { memoryBytes, requestFuel, tableElements, turnFuel } = this.budgets;
    const limits = {
      maximumMemoryBytes: memoryBytes,
      maximumStoreMemoryBytes: memoryBytes,
      maximumTableElements: tableElements,
      maximumStoreTableElements: tableElements,
    };
    // Instances are paid for, start functions too: those are given one turn.
    const store = new Store(this.engine, { fuel: turnFuel, limits });
    const instance = new Linker(this.engine).instantiate(store, module);
    const memory = instance.getMemory('memory');
    const handle = instance.getFunction('handle');
    if (memory === undefined || handle === undefined)
      throw new Refusal('bad-plugin', 'the plugin exports no memory, or no handle');
    const { parameters, results } = handle.type;
    if (![parameters, results].every((types) => types.length === 1 && types[0] === ValueType.I32))
      throw new Refusal('bad-plugin', 'the plugin’s handle is not of type (i32) -> i32');
    if (request.length > memory.byteLength)
      throw new Refusal('too-large', 'the plugin has no room for the request');
    new Uint8Array(memory.buffer).set(request);
    let call: ResumableCall = handle.callResumable(request.length);
    while (call.state === 'out-of-fuel') {
      const left = requestFuel - store.consumedFuel;
      if (call.requiredFuel > left)
        throw new Refusal('out-of-fuel', `the request's ${requestFuel} fuel is used up`);
      await this.turns.next();
      if (!isWanted()) throw new Refusal('cut-off', 'nobody waits for the answer any more');
      const turn = call.requiredFuel > turnFuel ? call.requiredFuel : turnFuel;
      store.fuel = turn < left ? turn : left;
      call = call.resume();
    }
    if (call.state === 'embedder-error') throw call.error;
    const length = call.results[0];
    if (typeof length !== 'number' || length < 0 || length > memory.byteLength)
      throw new Refusal('bad-plugin', 'the plugin answers beyond its memory');
    return { answer: new Uint8Array(memory.buffer).slice(0, length), fuel: store.consumedFuel };
  }
}

/** One turn in each round of the event loop, by order: between two of them requests arrive, and those that take one turn are answered. */
class Turns {
  private readonly waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length === 1) this.schedule();
    });
  }

  private schedule(): void {
    setImmediate(() => {
      this.waiting.shift()!();
      if (this.waiting.length > 0) this.schedule();
    });
  }
}

function refusalOf(error: unknown, other: RefusalReason): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof OutOfFuelError) return new Refusal('out-of-fuel', error.message);
  if (error instanceof Trap) return new Refusal('trap', error.message);
  if (error instanceof CompileError) return new Refusal('invalid-plugin', error.message);
  if (error instanceof LinkError || error instanceof TypeError) return new Refusal(other, error.message);
  return error;
}
