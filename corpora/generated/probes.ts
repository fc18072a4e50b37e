import { ValueType } from '@wasm-dyno/engine';
import { Operator } from '@wasm-dyno/engine/operators';
import { admitModule } from '../admit-module.js';
import type { Corpus, CorpusModule } from '../corpus.js';
import { corpusDigest } from '../digest.js';
import { ModuleBuilder } from './module-builder.js';

/** What a probe has many of; how many of it takes about as long to parse as a module of some 100 KB. */
interface Probe {
  readonly name: string;
  readonly count: number;
  readonly build: (module: ModuleBuilder, count: number) => void;
}

const NUMERIC = [ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64] as const;
const PARAMETERS = 6;
const CODE_BYTES = 65_536;

/**
 * Modules of many entries of one kind each: what parsing takes for each kind can be told apart by these, and not by modules of programs,
 * which have them all together.
 */
const PROBES: readonly Probe[] = [
  { name: 'nothing', count: 0, build: () => {} },
  { name: 'types', count: 2000, build: addTypes },
  { name: 'functions', count: 3000, build: addFunctions },
  { name: 'imports', count: 1500, build: addImports },
  { name: 'exports', count: 2000, build: addExports },
  { name: 'globals', count: 3000, build: addGlobals },
  { name: 'segments', count: 1000, build: addSegments },
  { name: 'sections', count: 1000, build: addSections },
  { name: 'code', count: 8, build: addCode },
  { name: 'data', count: 1 << 19, build: addData },
];

/** Parameters of the `index`-th of some types, all different: the index in base four. */
function parametersOf(index: number): ValueType[] {
  return Array.from({ length: PARAMETERS }, (_, place) => NUMERIC[Math.floor(index / 4 ** place) % 4]!);
}

function addTypes(module: ModuleBuilder, count: number): void {
  for (let index = 0; index < count; index++) module.type(parametersOf(index), []);
}

function addFunctions(module: ModuleBuilder, count: number): void {
  for (let index = 0; index < count; index++) module.addFunction([], [], () => {});
}

function addImports(module: ModuleBuilder, count: number): void {
  for (let index = 0; index < count; index++) module.importFunction('env', `import_${index}`, [], []);
}

function addExports(module: ModuleBuilder, count: number): void {
  const exported = module.addFunction([], [], () => {});
  for (let index = 0; index < count; index++) module.exportFunction(`export_${index}`, exported);
}

function addGlobals(module: ModuleBuilder, count: number): void {
  for (let index = 0; index < count; index++) module.addGlobal({ type: ValueType.I32, value: index }, true);
}

function addSegments(module: ModuleBuilder, count: number): void {
  module.addMemory({ minimum: 1 });
  for (let index = 0; index < count; index++) module.addData(index, Uint8Array.of(index & 0xff));
}

function addSections(module: ModuleBuilder, count: number): void {
  for (let index = 0; index < count; index++) module.addCustomSection('probe', new Uint8Array(4));
}

function addCode(module: ModuleBuilder, count: number): void {
  for (let index = 0; index < count; index++) {
    module.addFunction([], [], (body) => {
      while (body.codeBytes < CODE_BYTES) body.i32Const(1000).operator(Operator.Drop);
    });
  }
}

function addData(module: ModuleBuilder, count: number): void {
  module.addMemory({ minimum: Math.ceil(count / 65_536) });
  module.addData(0, new Uint8Array(count).fill(0x5a));
}

/** The probes: each of its kind alone, and with one function, so that there is something to compile. */
export function probeCorpus(): Corpus {
  const modules = PROBES.map(({ name, count, build }): CorpusModule => {
    const module = new ModuleBuilder();
    build(module, count);
    if (name !== 'functions' && name !== 'exports' && name !== 'code') module.addFunction([], [], () => {});
    const origin = {
      kind: 'generated',
      family: name,
      seed: 0,
      parameters: { bodySizes: [], functionsPerSize: [] },
    } as const;
    const admitted = admitModule('probes', name, module.toBytes(), origin, { check: 'parse' }).module;
    if (admitted === undefined) throw new Error(`the probe ${name} is no valid module`);
    return admitted;
  });
  return { name: 'probes', modules, skipped: [], digest: corpusDigest(modules) };
}
