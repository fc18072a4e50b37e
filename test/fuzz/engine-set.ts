import { Engine, type CompilationMode, type EngineConfig } from 'wasm-dyno/engine';
import { HOST_FEATURES } from './host-features.js';

/** Enough for the calls of modules under test, and quickly provided for store after store. */
const STACK_SLOTS = 65_536;

export type EngineName = CompilationMode | 'unmetered';
export type ExecutorName = 'interpreter' | 'host';

/**
 * The engines under test, one per configuration, with the features that this V8 has too. They serve module after module: what one
 * leaves behind must not change the next.
 */
export class EngineSet {
  private readonly engines = new Map<EngineName, Engine>();

  /** @throws RangeError when the engine does not have the executor. */
  constructor(private readonly executor: ExecutorName = 'interpreter') {
    const engine = this.get('lazy-translation') as Engine & { readonly executor?: ExecutorName };
    if ((engine.executor ?? 'interpreter') !== executor)
      throw new RangeError(`this engine has no executor "${executor}"`);
  }

  get(name: EngineName): Engine {
    let engine = this.engines.get(name);
    if (engine === undefined) {
      const config: EngineConfig & { executor?: ExecutorName } = {
        features: { ...HOST_FEATURES },
        limits: { maximumStackSlots: STACK_SLOTS },
        compilationMode: name === 'unmetered' ? 'lazy-translation' : name,
        consumeFuel: name !== 'unmetered',
        ...(this.executor === 'interpreter' ? {} : { executor: this.executor }),
      };
      engine = new Engine(config);
      this.engines.set(name, engine);
    }
    return engine;
  }
}
