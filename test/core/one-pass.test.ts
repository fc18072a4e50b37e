import { deepEqual, equal, ok, throws } from 'node:assert/strict';

import { ModuleBuilder, Operator, ValueType } from '@wasm-dyno/corpora';
import {
  CompileError,
  Engine,
  OutOfFuelError,
  ResourceLimitError,
  type EngineConfig,
} from '@wasm-dyno/engine';
import { useFrontEnd } from '@wasm-dyno/engine/phases';

const FUNCTIONS = 12;

/** Functions of some hundred operators each; the one at `invalid` leaves an operand too many. */
function moduleOf(invalid?: number): Uint8Array {
  const builder = new ModuleBuilder();
  for (let i = 0; i < FUNCTIONS; i++) {
    builder.addFunction([ValueType.I32], [ValueType.I32], (body) => {
      body.localGet(0);
      for (let n = 0; n < 40 + i; n++) body.localGet(0).operator(Operator.I32Add);
      if (i === invalid) body.localGet(0);
    });
  }
  return builder.toBytes();
}

interface Outcome {
  readonly fuelCharged: bigint | undefined;
  readonly codeBytes: number;
  readonly error?: readonly unknown[];
}

/** What comes of loading the module in an eager engine; with a listener bodies are validated and translated one pass after the other. */
function load(bytes: Uint8Array, isHeard: boolean, config: EngineConfig = {}, fuel?: bigint): Outcome {
  const engine = new Engine({ ...config, compilationMode: 'eager' });
  const phases: string[] = [];
  if (isHeard) engine.on('compile', ({ phase }) => phases.push(phase));
  try {
    const { fuelCharged } = engine.compile(bytes, fuel === undefined ? {} : { fuel });
    equal(phases.length, isHeard ? 1 + 2 * FUNCTIONS : 0);
    return { fuelCharged, codeBytes: engine.codeBytes };
  } catch (error) {
    ok(
      error instanceof CompileError || error instanceof OutOfFuelError || error instanceof ResourceLimitError,
    );
    const { fuelCharged, message, name } = error;
    const where = error instanceof CompileError ? [error.offset, error.functionIndex] : [];
    // A module that listeners were shown is given back by the collector.
    return { fuelCharged, codeBytes: isHeard ? 0 : engine.codeBytes, error: [name, message, ...where] };
  }
}

describe('an eager engine that nobody listens to', () => {
  before(() => useFrontEnd('webassembly'));

  it('comes to the same code and charge in one pass as in two', () => {
    const whole = load(moduleOf(), false);
    deepEqual(whole, load(moduleOf(), true));
    ok(whole.codeBytes > 0);
  });

  it('finds the same error in an invalid body, charges as much, and keeps no code', () => {
    for (const invalid of [0, 5, FUNCTIONS - 1]) {
      const outcome = load(moduleOf(invalid), false);
      deepEqual(outcome, load(moduleOf(invalid), true));
      equal(outcome.error?.[3], invalid);
      equal(outcome.codeBytes, 0);
    }
  });

  it('runs out of room for code where two passes do, and is charged as much', () => {
    const { codeBytes } = load(moduleOf(), false);
    for (const maximumCodeBytes of [1, Math.floor(codeBytes / 2), codeBytes - 1, codeBytes]) {
      const config = { limits: { maximumCodeBytes } };
      const outcome = load(moduleOf(), false, config);
      deepEqual(outcome, load(moduleOf(), true, config));
      equal(outcome.error === undefined, maximumCodeBytes === codeBytes);
    }
    // Without room, too, it is the invalid body that is told.
    const config = { limits: { maximumCodeBytes: 1 } };
    deepEqual(load(moduleOf(5), false, config), load(moduleOf(5), true, config));
  });

  it('runs out of fuel where two passes do', () => {
    const { fuelCharged } = load(moduleOf(), false);
    for (const fuel of [0n, fuelCharged! / 2n, fuelCharged! - 1n, fuelCharged!])
      deepEqual(load(moduleOf(), false, {}, fuel), load(moduleOf(), true, {}, fuel));
  });

  it('keeps no room for the code of modules that turned out invalid', () => {
    const engine = new Engine({ compilationMode: 'eager', limits: { maximumCodeBytes: 1_000_000 } });
    const small = new ModuleBuilder();
    small.addFunction([], [], () => undefined);
    const kept = Array.from({ length: 200 }, () => {
      throws(() => engine.compile(moduleOf(FUNCTIONS - 1)), CompileError);
      return engine.compile(small.toBytes());
    });
    const codes = kept.map((module) => (module as unknown as { code: [{ code: Int32Array }] }).code[0].code);
    ok(codes.every((code) => code instanceof Int32Array));
    const chunks = new Set(codes.map(({ buffer }) => buffer));
    ok(chunks.size <= 2, `${chunks.size} chunks hold ${engine.codeBytes} bytes of code`);
  });
});
