import { Engine, type HardwareProfile } from '@wasm-dyno/engine';
import type { AdversarialPhase } from '@wasm-dyno/corpora';

/** What one loaded module is charged for in a phase, in bytes. */
export interface ChargedBytes {
  /** By a price per byte: the module's bytes, or its bodies'. */
  readonly perByte: number;
  /** By the engine: what its own modules count as, where that is known; else the bytes. */
  readonly charged: number;
}

/** One fuel is a byte. */
const BYTE_BY_BYTE = {
  bytesPerFuel: 1,
  parseMultiplier: 1,
  validateMultiplier: 1,
  translateMultiplier: 1,
  parseEntityFuel: { module: 0 },
  validateFunctionFuel: 0,
  translateFunctionFuel: 0,
};

/**
 * What a module counts as with the embedded engine, whatever a byte costs, or what it is charged by a profile, in bytes filled.
 *
 * @throws CompileError for no module
 */
export function embeddedCharge(
  bytes: Uint8Array,
  phase: AdversarialPhase,
  profile?: HardwareProfile,
): ChargedBytes {
  const engine = new Engine({
    compilationMode: 'lazy',
    profile,
    fuelCosts: profile === undefined ? BYTE_BY_BYTE : { bytesPerFuel: 1 },
  });
  const module = engine.compile(bytes);
  if (phase === 'parse') return { perByte: bytes.length, charged: Number(module.fuelCharged) };
  const { bodyLengths, importedFunctionCount } = module.parsed;
  let perByte = 0;
  let charged = 0;
  bodyLengths.forEach((bodyBytes, definedIndex) => {
    perByte += bodyBytes;
    charged += Number(module.phaseFuel(phase, importedFunctionCount + definedIndex));
  });
  return { perByte, charged };
}
