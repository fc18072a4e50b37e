import assert from 'node:assert/strict';

import { injectFuel, type InjectionOptions } from '@wasm-dyno/engine';
import { definedFunctionCount, useFrontEnd, type ParsedModule } from '@wasm-dyno/engine/phases';

import { javaScriptAccepts } from './both-front-ends.js';
import { randomCosts } from './random-costs.js';

/** Metered, with and without charges for compiling, not metered, and with other costs of operators. */
const INJECTIONS: readonly InjectionOptions[] = [
  { bytesPerFuel: 64 },
  { bytesPerFuel: 1, compilationFuel: (definedIndex) => BigInt(definedIndex) ** 5n % 2n ** 60n },
  { bytesPerFuel: 64, chargeExecution: false, compilationFuel: () => 200n },
  { bytesPerFuel: 5, execution: randomCosts().execution },
  { bytesPerFuel: 64, compilationFuel: () => 3000n, resumable: true },
];

/**
 * Injects the module with both front ends, functions that are invalid as such.
 * @throws AssertionError where they differ in a byte
 */
export function compareInjections(parsed: ParsedModule, name: string): void {
  const invalidFunctions = new Set<number>();
  for (let i = 0; i < definedFunctionCount(parsed); i++) {
    const functionIndex = parsed.importedFunctionCount + i;
    if (!javaScriptAccepts(parsed, functionIndex)) invalidFunctions.add(functionIndex);
  }
  const injected = (options: InjectionOptions) =>
    Buffer.from(injectFuel(parsed, { ...options, invalidFunctions }).bytes);
  useFrontEnd('javascript');
  const expected = INJECTIONS.map(injected);
  useFrontEnd('webassembly');
  INJECTIONS.forEach((options, i) =>
    assert.ok(injected(options).equals(expected[i]!), `${name}, injection ${i}`),
  );
}
