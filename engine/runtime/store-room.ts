import { counted } from '../counted.js';
import type { ParsedModule } from '../binary/parsed-module.js';
import { LinkError } from '../errors.js';
import { initialBytes } from './memory.js';
import { initialElements } from './table.js';
import type { Store } from './store.js';

/** What the definitions of a module take of its store's holdings when it is instantiated. */
export interface ModuleNeeds {
  readonly memoryBytes: number;
  readonly tableElements: number;
}

/**
 * Looks whether a store has room for an instance of a module, before anything of it is made.
 * @throws LinkError that names the limit in the way
 */
export function roomFor(store: Store, module: ParsedModule): ModuleNeeds {
  const { limits } = store;
  checkCount('functions', module.functionTypeIndices.length, limits.maximumFunctions, 'maximumFunctions');
  checkCount('tables', module.tables.length, limits.maximumTables, 'maximumTables');
  checkCount('memories', module.memories.length, limits.maximumMemories, 'maximumMemories');
  checkCount('globals', module.globals.length, limits.maximumGlobals, 'maximumGlobals');
  let memoryBytes = 0;
  for (const type of module.memories.slice(module.importedMemoryCount)) {
    memoryBytes += initialBytes(type, limits.maximumMemoryBytes);
  }
  let tableElements = 0;
  for (const type of module.tables.slice(module.importedTableCount)) {
    tableElements += initialElements(type, limits.maximumTableElements);
  }
  const { holdings } = store.execution;
  holdings.require('instances', 1);
  holdings.require('memoryBytes', memoryBytes);
  holdings.require('tableElements', tableElements);
  return { memoryBytes, tableElements };
}

function checkCount(things: string, count: number, most: number, limit: string): void {
  if (count > most) {
    throw new LinkError(
      `the module has ${counted(count, things)}, more than the ${most} of the store's limit ${limit}`,
    );
  }
}
