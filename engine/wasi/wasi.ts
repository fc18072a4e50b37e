import { type Caller, Func, type Linker, OutOfFuelError, type Store, type Value } from '../index.js';
import { Charge } from './call/charge.js';
import { Errno } from './call/constants.js';
import type { Descriptor } from './files/descriptor.js';
import { descriptorFunctions } from './functions/descriptor-functions.js';
import { DescriptorTable } from './files/descriptor-table.js';
import { errnoOf } from './call/errno.js';
import { GuestMemory } from './call/guest-memory.js';
import { holdFolder } from './files/hold-folder.js';
import { Listings } from './files/listings.js';
import { MachineSurroundings } from './surroundings/machine-surroundings.js';
import { OpenFolder } from './files/open-folder.js';
import { pathFunctions } from './functions/path-functions.js';
import { Pause } from './surroundings/pause.js';
import { pollOneOff } from './functions/poll.js';
import { processFunctions } from './functions/process-functions.js';
import { SeededSurroundings } from './surroundings/seeded-surroundings.js';
import { WASI_FUNCTION_NAMES, wasiFunctionType, type WasiFunctionName } from './call/signatures.js';
import { socketFunctions } from './functions/socket-functions.js';
import { InputStream, OutputStream, type StreamEnd, type StreamSource } from './files/standard-stream.js';
import type { Surroundings } from './surroundings/surroundings.js';
import type { WasiCall, WasiFunction } from './functions/wasi-call.js';

/** The module name that programs import WASI preview 1 by. */
export const WASI_MODULE = 'wasi_snapshot_preview1';

const MAXIMUM_DESCRIPTORS = 1024;

/** A folder of the host's that a program may use, and the program's name for it. */
export interface Preopen {
  readonly host: string;
  readonly guest: string;
}

/** What a program is given; what is left out it has not. */
export interface WasiOptions {
  /** Arguments, the program's name first. */
  readonly args?: readonly string[];
  /** Environment variables. */
  readonly env?: Iterable<readonly [name: string, value: string]>;
  readonly preopens?: readonly Preopen[];
  /** A stream of this process by its number, or the bytes to be read; nothing to read unless given. */
  readonly stdin?: StreamSource;
  /** A stream of this process by its number, or a function that takes what is written; lost unless given. */
  readonly stdout?: StreamEnd;
  readonly stderr?: StreamEnd;
  /**
   * Makes clocks, random numbers and what files tell about the host depend on this seed alone, a whole number from 0 to 2^32 - 1; the
   * machine's own unless given.
   */
  readonly seed?: number;
  /**
   * Memory shared with another thread, which ends the program's sleeps (with `intr`) by making the first element other than 0 and
   * notifying it (`Atomics.notify`).
   */
  readonly interrupt?: Int32Array;
  /** Descriptors that the program may have open at one time; 1,024 unless given. */
  readonly maximumDescriptors?: number;
}

const FUNCTIONS: Readonly<Record<WasiFunctionName, WasiFunction>> = {
  ...processFunctions,
  ...descriptorFunctions,
  ...pathFunctions,
  ...socketFunctions,
  poll_oneoff: pollOneOff,
};

/**
 * WASI preview 1 for one program: its arguments, streams, and folders, out of which no path leads. Calls are charged to the store
 * (docs/fuel.md); one that the fuel does not suffice for throws OutOfFuelError, with nothing done.
 *
 *     const wasi = new Wasi({ args: ['tool'], preopens: [{ host: './data', guest: '/' }], stdout: 1 });
 *     wasi.defineIn(linker, store);
 *     try { linker.instantiate(store, module).getFunction('_start')!.call(); } finally { wasi.close(); }
 *
 * `proc_exit` throws ProgramExit.
 */
export class Wasi {
  private readonly surroundings: Surroundings;
  private readonly descriptors: DescriptorTable;
  private readonly arguments: readonly Uint8Array[];
  private readonly variables: readonly Uint8Array[];

  /** @throws Error naming the folder that does not exist or is none; RangeError for a seed that is none */
  constructor(options: WasiOptions = {}) {
    const { args = [], env = [], preopens = [], seed, maximumDescriptors = MAXIMUM_DESCRIPTORS } = options;
    const pause = new Pause(options.interrupt);
    this.surroundings = seed === undefined ? new MachineSurroundings(pause) : new SeededSurroundings(seed);
    const encoder = new TextEncoder();
    this.arguments = args.map((text) => encoder.encode(text));
    this.variables = [...env].map(([name, value]) => encoder.encode(`${name}=${value}`));
    const { stdin = new Uint8Array(0), stdout = discard, stderr = discard } = options;
    const streams: Descriptor[] = [
      new InputStream(stdin, this.surroundings, pause),
      new OutputStream(stdout, this.surroundings, pause),
      new OutputStream(stderr, this.surroundings, pause),
    ];
    this.descriptors = new DescriptorTable(streams, maximumDescriptors);
    try {
      const setting = { surroundings: this.surroundings, listings: new Listings() };
      for (const { host, guest } of preopens)
        this.descriptors.add(new OpenFolder(holdFolder(host), setting, 0, guest));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** WASI's functions for programs of the store, by name. */
  imports(store: Store): Record<WasiFunctionName, Func> {
    const entries = WASI_FUNCTION_NAMES.map((name) => [name, this.functionFor(store, name)] as const);
    return Object.fromEntries(entries) as Record<WasiFunctionName, Func>;
  }

  /** Defines WASI's functions for programs of the store. */
  defineIn(linker: Linker, store: Store): void {
    for (const [name, func] of Object.entries(this.imports(store))) linker.define(WASI_MODULE, name, func);
  }

  /** Closes what the program left open, the folders given to it too. */
  close(): void {
    this.descriptors.closeAll();
  }

  private functionFor(store: Store, name: WasiFunctionName): Func {
    const implementation = FUNCTIONS[name] as (call: WasiCall, ...operands: unknown[]) => void;
    return Func.wrap(store, wasiFunctionType(name), (caller, ...values) =>
      this.asOneStep(caller.store, () => {
        const call = this.callFrom(caller, name);
        return answer(() => implementation(call, ...values.map(unsigned)));
      }),
    );
  }

  /** A call that the fuel does not suffice for leaves nothing behind, so that it can be made anew: no time passes in it either. */
  private asOneStep<Result>(store: Store, work: () => Result): Result {
    const { surroundings } = this;
    const moment = surroundings.moment();
    try {
      return store.asOneStep(work);
    } catch (error) {
      if (error instanceof OutOfFuelError) surroundings.returnTo(moment);
      throw error;
    }
  }

  private callFrom(caller: Caller, name: WasiFunctionName): WasiCall {
    const charge = new Charge(caller.store, name);
    const memory = caller.getMemory('memory');
    if (memory === undefined)
      throw new Error(
        `${name} was called by no module that exports its memory as "memory", as WASI programs do`,
      );
    const { surroundings, descriptors, variables } = this;
    return {
      memory: new GuestMemory(memory),
      charge,
      descriptors,
      surroundings,
      arguments: this.arguments,
      variables,
    };
  }
}

function discard(): void {
  // Nobody wants to read it.
}

/** Pointers, sizes and descriptors are unsigned. */
function unsigned(value: Value): number | bigint {
  return typeof value === 'number' ? value >>> 0 : BigInt.asUintN(64, value as bigint);
}

/** Success, or the errno that the step fails with. */
function answer(step: () => void): number {
  try {
    step();
    return Errno.Success;
  } catch (error) {
    return errnoOf(error);
  }
}
