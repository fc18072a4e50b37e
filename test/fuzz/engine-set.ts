import { Engine, type CompilationMode, type EngineConfig } from '@wasm-dyno/engine';
import { HOST_FEATURES } from './host-features.js';

/** Enough for the calls of modules under test, and quickly provided for store after store. */
const STACK_SLOTS = 65_536;

export type EngineName = CompilationMode | 'unmetered' | 'host executor' | 'host executor, unmetered';

/**
 * The engines under test, one per configuration, with the features that this V8 has too. They serve module after module: what one
 * leaves behind must not change the next.
 */
export class EngineSet {
  private readonly engines = new Map<EngineName, Engine>();

  get(name: EngineName): Engine {
    let engine = this.engines.get(name);
    if (engine === undefined) {
      const config: EngineConfig = {
        features: { ...HOST_FEATURES },
        limits: { maximumStackSlots: STACK_SLOTS },
        executor: name.startsWith('host') ? 'host' : 'interpreter',
        compilationMode: name === 'eager' || name === 'lazy' ? name : 'lazy-translation',
        consumeFuel: !name.endsWith('unmetered'),
      };
      engine = new Engine(config);
      this.engines.set(name, engine);
    }
    return engine;
  }
}
