// An embeddable WebAssembly engine that meters what compiling and running cost.
export { Engine } from './engine.js';
export type { CompilationMode, CompileOptions, EngineConfig, ValidateOptions } from './runtime/config.js';
export type { CallEvent, CallListener, CallOutcome, CallPhase } from './runtime/call-event.js';
export type { CompileEvent, CompileListener } from './runtime/compile-event.js';
export { useEventChannels, type EventChannel, type EventChannels } from './runtime/event-channels.js';
export type { Listeners } from './runtime/observers.js';
export { Module, type ModuleExport } from './runtime/module.js';
export { Store, type StoreOptions } from './runtime/store.js';
export { Linker } from './runtime/linker.js';
export { Instance, type Extern } from './runtime/instance.js';
export { Func, type Caller, type EmbedderFunction, type ResultOf, type ValuesOf } from './runtime/func.js';
export type { AsyncOutOfFuelCall, AsyncResumable, AsyncResumableCall } from './runtime/async-call-state.js';
export type { ResumableCall, ResumableRawCall } from './runtime/resumable-call.js';
export { Global } from './runtime/global.js';
export { Memory, type MemoryOptions } from './runtime/memory.js';
export { Table, type TableOptions } from './runtime/table.js';
export type { RawValue, Value } from './runtime/value.js';
export * from './errors.js';
export { OutOfFuelError } from './runtime/out-of-fuel-error.js';
export {
  DEFAULT_FEATURES,
  FEATURE_NAMES,
  featuresWith,
  type FeatureName,
  type Features,
} from './features.js';
export { DEFAULT_LIMITS, limitsWith, type EnforcedLimits } from './enforced-limits.js';
export * from './types/external-type.js';
export { functionType, functionTypeText, type FunctionType } from './types/function-type.js';
export { ValueType, valueTypeName, valueTypeOfName, type ValueTypeName } from './types/value-type.js';
export type { ImportDescriptor, ParsedModule } from './binary/parsed-module.js';
export * from './fuel/index.js';
export * from './signature/index.js';
export * from './js-api/index.js';
export * from './monitor/index.js';
export type {
  EngineDescription,
  EngineExplanation,
  EngineParts,
  ExecutorName,
} from './runtime/engine-parts.js';
export {
  injectFuel,
  type InjectedModule,
  type InjectionOptions,
} from './host-executor/injection/inject-fuel.js';
export type { FrontEndName } from './core/front-end.js';
export type { CallTier, LoopName } from './runtime/engine-parts.js';
export { ENGINE_NAME, ENGINE_VERSION } from './version.js';
