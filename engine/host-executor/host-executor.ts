import type { EnforcedLimits } from '../enforced-limits.js';
import { UnsupportedModuleError } from '../errors.js';
import type { Execution, Executor } from '../runtime/engine-parts.js';
import type { LoadCharge } from '../runtime/load-charge.js';
import type { Module } from '../runtime/module.js';
import type { Store } from '../runtime/store.js';
import { HostExecution } from './host-execution.js';
import { HostModule, keepHostModule } from './host-module.js';
import { requireStackForRecursion, requireWaitingStack } from '../host/host-stack-room.js';
import { requireSuspension } from './suspension.js';
import { hostWebAssembly } from '../host/web-assembly.js';

/** Half a second of V8's baseline compiler, and 200 MB. */
const MOST_HOST_COPIES = 2 ** 23;
/** What a host holds for each byte that it was given to compile: that, and machine code of its compilers. */
const HELD_BYTES_PER_BYTE = 4;
/** Types of a module: comparing them takes V8 time by the square of their number where they differ little. */
const MOST_HOST_TYPES = 5_000;

/** The host's own WebAssembly, on modules that fuel accounting was injected into. */
export class HostExecutor implements Executor {
  readonly name = 'host';

  /** @throws ExecutorError where the host has no WebAssembly, cannot suspend calls that are to be resumable, or has no room on its stack for what the limits allow */
  constructor(limits: EnforcedLimits, resumable: boolean) {
    hostWebAssembly();
    requireStackForRecursion(limits);
    if (!resumable) return;
    requireSuspension();
    requireWaitingStack(limits);
  }

  newExecution(store: Store): Execution {
    return new HostExecution(store);
  }

  /**
   * Injects fuel accounting and has the host compile. Its time is one event for the whole module; what is charged per function is
   * reported per function, here when loading pays for it and else by the store that pays.
   */
  load(module: Module, charge: LoadCharge): void {
    const { engine } = module;
    const isEager = engine.compilationMode === 'eager';
    if (isEager) charge.charged += module.phaseFuelOfAll('translate');
    const start = engine.observers.startModule();
    const isKnownValid = engine.compilationMode === 'lazy' ? module.weighAll() : undefined;
    refuseSlowModules(module);
    // Nothing of the engine's own validates them later.
    if (engine.compilationMode === 'lazy')
      module.parsed.bodyLengths.forEach((_, i) =>
        engine.countOutside(module, module.parsed.importedFunctionCount + i),
      );
    keepHostModule(module, compileOnHost(module, isKnownValid));
    if (!engine.observers.hearCompiling) return;
    engine.report(
      module,
      'translate',
      undefined,
      0,
      0n,
      engine.observers.since(start),
      module.phaseFuelOfAll('translate'),
    );
    if (isEager) reportTranslations(module);
  }
}

function compileOnHost(
  module: Module,
  isKnownValid: ((functionIndex: number) => boolean) | undefined,
): HostModule {
  const { engine, parsed } = module;
  const { bytesPerFuel, consumeFuel, execution } = engine.metering;
  return HostModule.compile(parsed, {
    bytesPerFuel,
    execution,
    chargeExecution: consumeFuel,
    compilationFuel:
      consumeFuel && engine.compilationMode !== 'eager'
        ? (definedIndex) => {
            const { validate, translate } = module.firstCallFuel(parsed.importedFunctionCount + definedIndex);
            return validate + translate;
          }
        : undefined,
    resumable: engine.resumable,
    validated: engine.compilationMode !== 'lazy',
    isKnownValid,
    beforeHostCompiles: (bytes) => engine.takeCode(module, HELD_BYTES_PER_BYTE * bytes),
    shareCompilation: engine.shareCompilation,
  });
}

function reportTranslations(module: Module): void {
  const { engine, parsed } = module;
  parsed.bodyLengths.forEach((bodyBytes, i) => {
    const functionIndex = parsed.importedFunctionCount + i;
    const fuel = module.phaseFuel('translate', functionIndex);
    engine.report(module, 'translate', functionIndex, bodyBytes, fuel, 0);
  });
}

/**
 * A host's baseline compiler copies the state of all locals wherever control splits or joins, before the function's first operator could charge
 * for it: seconds, and gigabytes, for bodies of some kilobytes. Such functions are the interpreter's, and modules of many types.
 */
function refuseSlowModules(module: Module): void {
  const { importedFunctionCount, functionTypeIndices, bodyOffsets, types } = module.parsed;
  if (types.length > MOST_HOST_TYPES) {
    throw new UnsupportedModuleError(
      `${types.length} types; the executor "host" compiles ${MOST_HOST_TYPES} at most: use the executor "interpreter"`,
      0,
    );
  }
  for (let index = importedFunctionCount; index < functionTypeIndices.length; index++) {
    const { hostCopies } = module.weightOf(index);
    if (hostCopies <= MOST_HOST_COPIES) continue;
    throw new UnsupportedModuleError(
      `${hostCopies} locals and values at branches; the executor "host" compiles ${MOST_HOST_COPIES} at most: use the executor "interpreter"`,
      bodyOffsets[index - importedFunctionCount]!,
      index,
    );
  }
}
