/*
 * What the core knows of the module whose functions it looks into. The JavaScript side lays a description out in the core's
 * memory (`module-layout.ts`) and hands its address over; nothing of a module stays in here.
 */

/** Words of a description, in bytes from its start. Everything named `…At` is an address. */
export const enum Description {
  TypesAt = 0,
  TypeCount = 4,
  FunctionTypesAt = 8,
  FunctionCount = 12,
  GlobalsAt = 16,
  GlobalCount = 20,
  TablesAt = 24,
  TableCount = 28,
  MemoriesAt = 32,
  MemoryCount = 36,
  ElementsAt = 40,
  ElementCount = 44,
  /** -1 where the module has no data count section. */
  DataCount = 48,
  ReferencedAt = 52,
  MaximumNesting = 56,
  MaximumLocals = 60,
  MaximumBranchTableTargets = 64,
  ImportedFunctionCount = 68,
}

export let types: usize = 0;
export let typeCount: u32 = 0;
export let functionTypes: usize = 0;
export let functionCount: u32 = 0;
export let globals: usize = 0;
export let globalCount: u32 = 0;
export let tables: usize = 0;
export let tableCount: u32 = 0;
export let memories: usize = 0;
export let memoryCount: u32 = 0;
export let elements: usize = 0;
export let elementCount: u32 = 0;
export let dataCount: i32 = -1;
export let referenced: usize = 0;
export let maximumNesting: u32 = 0;
export let maximumLocals: u32 = 0;
export let maximumBranchTableTargets: u32 = 0;
export let importedFunctionCount: u32 = 0;
/** Value type of memory 0's addresses; -1 without one. */
export let address0: i32 = -1;

/** Takes up the module that is described at `at`. */
export function describe(at: usize): void {
  types = load<u32>(at, Description.TypesAt);
  typeCount = load<u32>(at, Description.TypeCount);
  functionTypes = load<u32>(at, Description.FunctionTypesAt);
  functionCount = load<u32>(at, Description.FunctionCount);
  globals = load<u32>(at, Description.GlobalsAt);
  globalCount = load<u32>(at, Description.GlobalCount);
  tables = load<u32>(at, Description.TablesAt);
  tableCount = load<u32>(at, Description.TableCount);
  memories = load<u32>(at, Description.MemoriesAt);
  memoryCount = load<u32>(at, Description.MemoryCount);
  elements = load<u32>(at, Description.ElementsAt);
  elementCount = load<u32>(at, Description.ElementCount);
  dataCount = load<i32>(at, Description.DataCount);
  referenced = load<u32>(at, Description.ReferencedAt);
  maximumNesting = load<u32>(at, Description.MaximumNesting);
  maximumLocals = load<u32>(at, Description.MaximumLocals);
  maximumBranchTableTargets = load<u32>(at, Description.MaximumBranchTableTargets);
  importedFunctionCount = load<u32>(at, Description.ImportedFunctionCount);
  address0 = memoryCount > 0 ? <i32>load<u8>(memories) : -1;
}

/** A function type is eight words: number of parameters, address of their value types, number of results, and address; whether
 * a vector is among them; its id. */
const TYPE_BYTES_LOG2 = 5;

// @ts-ignore: decorator
@inline export function typeRecord(index: u32): usize { return types + ((<usize>index) << TYPE_BYTES_LOG2); }
// @ts-ignore: decorator
@inline export function typeOfFunction(index: u32): usize { return typeRecord(load<u32>(functionTypes + ((<usize>index) << 2))); }
// @ts-ignore: decorator
@inline export function parameterCount(type: usize): u32 { return load<u32>(type); }
// @ts-ignore: decorator
@inline export function parameters(type: usize): usize { return load<u32>(type, 4); }
// @ts-ignore: decorator
@inline export function resultCount(type: usize): u32 { return load<u32>(type, 8); }
// @ts-ignore: decorator
@inline export function results(type: usize): usize { return load<u32>(type, 12); }
// @ts-ignore: decorator
@inline export function mentionsVector(type: usize): bool { return load<u32>(type, 16) != 0; }
// @ts-ignore: decorator
@inline export function typeId(type: usize): i32 { return load<i32>(type, 20); }
