import { Random } from '@wasm-dyno/corpora';
import {
  Func,
  functionType,
  Global,
  Linker,
  Memory,
  OutOfFuelError,
  Store,
  Table,
  type Engine,
  type ExternalType,
  type Extern,
  type Instance,
  type Module,
  type RawValue,
  type Value,
} from '@wasm-dyno/engine';
import type { TypeLetter } from '../operators.js';
import { GUARD_EXPORT } from '../sources/random-module.js';
import { HOST_OBJECTS, randomArgument, type Argument, type PlannedCall } from './call-plan.js';
import { GUARD_CALLS, hostFunctionKey, type HostValues } from './host-values.js';
import { letterOf, signatureOf, type ModuleInterface } from './module-interface.js';
import { bitsText, engineFailure, type Outcome } from './outcome.js';
import type { Contents, Side } from './side.js';

export interface EngineSideOptions {
  /** Fuel that the start function and each call may use. */
  readonly fuelPerCall: number;
  /** Run out of fuel at points drawn from this seed, and resume. */
  readonly interruptionSeed?: number | undefined;
  /** At every point where it can run out, instead of some. */
  readonly interruptedAtEveryStep?: boolean;
  /** Keep the bits of NaNs in results: to compare the engine with itself. */
  readonly exactNan: boolean;
  /** Whether the engine consumes fuel; without, calls are not cut off. */
  readonly metered: boolean;
}

/** The embedded engine. */
export class EngineSide implements Side {
  readonly store: Store;
  private instance: Instance | undefined;
  private hostCalls: string[] = [];
  private readonly importedFunctions: Func[] = [];
  private readonly interruptions: Random | undefined;
  /** Times a call ran out of fuel and went on. */
  resumptions = 0;

  constructor(
    engine: Engine,
    private readonly module: Module,
    private readonly face: ModuleInterface,
    private readonly hostValues: HostValues,
    private readonly options: EngineSideOptions,
  ) {
    this.store = new Store(engine, options.metered ? { fuel: options.fuelPerCall } : {});
    const { interruptionSeed } = options;
    if (interruptionSeed !== undefined) this.interruptions = new Random(interruptionSeed, 'interruptions');
  }

  instantiate(): Outcome {
    return this.outcomeOf(() => {
      const linker = new Linker(this.store.engine);
      for (const { module, name, type } of this.face.imports)
        linker.define(module, name, this.provide(module, name, type));
      this.instance = linker.instantiate(this.store, this.module);
      return [];
    });
  }

  call({ name, values }: PlannedCall): Outcome {
    const func = this.instance!.getFunction(name)!;
    const guard = this.instance!.getGlobal(GUARD_EXPORT);
    if (guard?.type.mutable) guard.value = GUARD_CALLS;
    if (this.options.metered) this.store.fuel = this.options.fuelPerCall;
    return this.outcomeOf(() => {
      const raw = values.map((value) => this.rawOf(value));
      const results = this.interruptions === undefined ? func.callRaw(raw) : this.callInPieces(func, raw);
      return results.map((value, index) => this.text(letterOf(func.type.results[index]!), value));
    });
  }

  /** Little fuel at a time, up to what the whole call may use. */
  private callInPieces(func: Func, values: readonly RawValue[]): RawValue[] {
    const random = this.interruptions!;
    let reserve = this.store.fuel;
    const refuel = (required: bigint) => {
      const beyond =
        this.options.interruptedAtEveryStep === true ? 0 : random.pick([0, 0, 1, 3, 10, 40, 200]);
      const piece = required + BigInt(beyond);
      const given = piece < reserve ? piece : reserve;
      reserve -= given;
      this.store.addFuel(given);
    };
    this.store.fuel = 0n;
    refuel(0n);
    let call = func.callRawResumable(values);
    try {
      for (; call.state === 'out-of-fuel'; call = call.resume()) {
        const missing = call.requiredFuel - this.store.fuel;
        if (missing > reserve) throw new OutOfFuelError(call.requiredFuel, this.store.fuel, call.step);
        this.resumptions++;
        refuel(missing);
      }
    } finally {
      this.store.addFuel(reserve);
    }
    if (call.state === 'finished') return call.results;
    throw call.error;
  }

  takeHostCalls(): string[] {
    const calls = this.hostCalls;
    this.hostCalls = [];
    return calls;
  }

  state(): Map<string, Contents> {
    const contents = new Map<string, Contents>();
    for (const [name, item] of this.instance?.exports ?? []) {
      if (item.kind === 'memory') contents.set(name, new Uint8Array(item.buffer));
      else if (item.kind === 'global') contents.set(name, this.text(letterOf(item.type.value), item.raw));
      else if (item.kind === 'table') {
        const letter = letterOf(item.type.element);
        const elements = Array.from({ length: item.size }, (_, index) => item.get(index));
        contents.set(name, elements.map((element) => this.text(letter, element)).join(' '));
      }
    }
    return contents;
  }

  private outcomeOf(step: () => string[]): Outcome {
    try {
      return { kind: 'values', values: step() };
    } catch (error) {
      return engineFailure(error);
    }
  }

  private text(type: TypeLetter, value: RawValue): string {
    if (type === 'r') return value === null ? 'funcref:null' : `funcref:${this.functionIndex(value as Func)}`;
    if (type === 'e')
      return value === null ? 'externref:null' : `externref:${HOST_OBJECTS.indexOf(value as object)}`;
    return bitsText(type, value as bigint, this.options.exactNan);
  }

  private functionIndex(func: Func): number {
    return func.index >= 0 ? func.index : this.importedFunctions.indexOf(func);
  }

  private rawOf(value: Argument): RawValue {
    if ('bits' in value) return value.bits;
    if ('object' in value) return value.object === null ? null : HOST_OBJECTS[value.object];
    return value.exportName === null ? null : this.instance!.getFunction(value.exportName)!;
  }

  private provide(module: string, name: string, type: ExternalType): Extern {
    switch (type.kind) {
      case 'function':
        return this.hostFunction(module, name, signatureOf(type.type), type.type);
      case 'global': {
        const random = this.hostValues.random(`global/${module}/${name}`);
        const value = this.valueOf(randomArgument(random, letterOf(type.value), []));
        return Global.create(this.store, type, value);
      }
      case 'memory':
        return Memory.create(this.store, { limits: this.hostValues.limits(type.limits) });
      case 'table':
        return Table.create(this.store, {
          element: type.element,
          limits: this.hostValues.limits(type.limits),
        });
    }
  }

  private hostFunction(
    module: string,
    name: string,
    signature: ReturnType<typeof signatureOf>,
    type: Func['type'],
  ): Func {
    const key = hostFunctionKey(module, name);
    const func = Func.wrap(
      this.store,
      functionType(type.parameters, type.results),
      (_caller, ...values: Value[]) => {
        const shown = values.map((value, index) => this.textOfValue(signature.parameters[index]!, value));
        const calls = this.hostCalls.push(`${key}(${shown.join(' ')})`);
        if (signature.parameters.includes('v') || signature.results.includes('v')) this.hostCalls.pop();
        return this.hostValues.results(key, signature, calls).map((value) => this.valueOf(value));
      },
    );
    this.importedFunctions.push(func);
    return func;
  }

  private textOfValue(type: TypeLetter, value: Value): string {
    if (type === 'r' || type === 'e') return this.text(type, value);
    if (type === 'v') return 'v128';
    if (type === 'i') return this.text(type, BigInt((value as number) >>> 0));
    if (type === 'I') return this.text(type, BigInt.asUintN(64, value as bigint));
    return floatText(type, value as number);
  }

  private valueOf(value: Argument): Value {
    if (!('bits' in value)) return this.rawOf(value);
    return hostNumber(value.type, value.bits);
  }
}

const scratch = new DataView(new ArrayBuffer(16));

/** A float that crossed the JavaScript border: its NaN has no bits of its own. */
export function floatText(type: 'f' | 'F', value: number): string {
  if (Number.isNaN(value)) return type === 'f' ? 'f32:nan' : 'f64:nan';
  if (type === 'f') {
    scratch.setFloat32(0, value);
    return bitsText('f', BigInt(scratch.getUint32(0)), false);
  }
  scratch.setFloat64(0, value);
  return bitsText('F', scratch.getBigUint64(0), false);
}

/** Bits as the JavaScript value that stands for them; a vector as its bytes. */
export function hostNumber(type: TypeLetter, bits: bigint): Value {
  switch (type) {
    case 'i':
      return Number(BigInt.asIntN(32, bits));
    case 'I':
      return BigInt.asIntN(64, bits);
    case 'f':
      scratch.setUint32(0, Number(bits));
      return scratch.getFloat32(0);
    case 'F':
      scratch.setBigUint64(0, bits);
      return scratch.getFloat64(0);
    default:
      scratch.setBigUint64(0, bits & 0xffff_ffff_ffff_ffffn, true);
      scratch.setBigUint64(8, bits >> 64n, true);
      return new Uint8Array(scratch.buffer.slice(0));
  }
}
