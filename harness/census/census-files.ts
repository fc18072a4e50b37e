import { join } from 'node:path';
import {
  CENSUS_FILE,
  CENSUS_FUNCTION_TABLE,
  CENSUS_TABLE,
  readTextFile,
  rowOrigin,
  type CensusFunctionRow,
  type CensusRow,
} from '@wasm-dyno/reports/recorded-run';
import { writeAtomically } from '../run-directory/atomic-file.js';
import { CENSUS_PHASES, CensusError, type Census, type CensusBody, type CensusModule } from './census.js';

const COLUMNS = {
  validate: 'validateNanoseconds',
  translate: 'translateNanoseconds',
  compile: 'compileNanoseconds',
} as const;

/** Writes the censuses of a folder's engines, all of the same modules. `origin` is the run that they are part of, or they stand for themselves. */
export function writeCensuses(
  folder: string,
  censuses: readonly Census[],
  origin?: Parameters<typeof rowOrigin>[0],
): void {
  const [first] = censuses;
  if (first === undefined) return;
  const { corpusSha256, createdAt, machine, seed } = first;
  const rowsOf = rowOrigin(origin ?? { createdAt, machine: { id: machine } });
  const times =
    CENSUS_TABLE.header() + censuses.map((one) => CENSUS_TABLE.lines(timeRows(one), rowsOf)).join('');
  writeAtomically(join(folder, CENSUS_TABLE.name), times);
  // Engines that tell no functions apart have rows of whole modules.
  const grains = [...new Map(censuses.map((one) => [one.engine.grain, one])).values()];
  const functions = grains.flatMap(({ modules }) => modules.flatMap(functionRows));
  writeAtomically(join(folder, CENSUS_FUNCTION_TABLE.name), CENSUS_FUNCTION_TABLE.text(functions, rowsOf));
  const engines = censuses.map(({ engine }) => engine);
  const record = {
    kind: 'wasm-dyno-census',
    schemaVersion: 2,
    createdAt,
    machine,
    seed,
    corpusSha256,
    engines,
  };
  // Last: where it is, the others are whole.
  writeAtomically(
    join(folder, CENSUS_FILE.name),
    CENSUS_FILE.text(record as Parameters<typeof CENSUS_FILE.text>[0]),
  );
}

function timeRows({ engine, modules }: Census): CensusRow[] {
  return Array.from({ length: engine.processes }, (_, process) =>
    modules.flatMap(({ bodies, name }) =>
      bodies.map(({ index, nanoseconds }) => ({
        engine: engine.engine,
        process: process + 1,
        module: name,
        function: index,
        validateNanoseconds: nanoseconds.validate?.[process],
        translateNanoseconds: nanoseconds.translate?.[process],
        compileNanoseconds: nanoseconds.compile?.[process],
      })),
    ),
  ).flat();
}

function functionRows({ bodies, family, name, toolchain }: CensusModule): CensusFunctionRow[] {
  return bodies.map(({ counted, features, functions, index }) => ({
    module: name,
    family,
    toolchain,
    function: index,
    functions,
    ...features,
    countedValidating: counted.validate,
    countedTranslating: counted.translate,
  }));
}

/** The censuses in a folder, one for each engine; none where it has no census. @throws RecordedRunError for damaged files */
export function readCensuses(folder: string): Census[] {
  const record = CENSUS_FILE.read(join(folder, CENSUS_FILE.name));
  if (record === undefined) return [];
  const read = (name: string) => readTextFile(join(folder, name)) ?? '';
  const functions = CENSUS_FUNCTION_TABLE.parse(read(CENSUS_FUNCTION_TABLE.name)).rows;
  const times = CENSUS_TABLE.parse(read(CENSUS_TABLE.name)).rows;
  const { corpusSha256, createdAt, engines, machine, seed } = record;
  return engines.map((engine) => {
    const isOfGrain = (row: { readonly function: number | undefined }) =>
      (row.function === undefined) === (engine.grain === 'module');
    const own = times.filter((row) => row.engine === engine.engine && isOfGrain(row));
    const modules = joined(functions.filter(isOfGrain), own, engine.processes);
    return { machine, createdAt, corpusSha256, seed, engine, modules };
  });
}

/** The one census of a folder, or that of the named engine. @throws CensusError where there is none; RecordedRunError */
export function readCensus(folder: string, engine?: string): Census {
  const censuses = readCensuses(folder);
  const found = engine === undefined ? censuses[0] : censuses.find((one) => one.engine.engine === engine);
  if (found !== undefined) return found;
  if (censuses.length > 0) {
    const known = censuses.map((one) => one.engine.engine).join(', ');
    throw new CensusError(`${folder} has no census of the engine "${engine}"; of ${known}`);
  }
  const mend = `take one with wasm-dyno calibrate --census, or with wasm-dyno census --out ${folder}`;
  throw new CensusError(`${folder} has no ${CENSUS_FILE.name}: ${mend}`);
}

function joined(
  functions: readonly CensusFunctionRow[],
  times: readonly CensusRow[],
  processes: number,
): CensusModule[] {
  const key = (module: string, index: number | undefined) => `${module} ${index ?? ''}`;
  const seen = new Map<string, Record<(typeof CENSUS_PHASES)[number], number[]>>();
  for (const row of times) {
    const name = key(row.module, row.function);
    const lists = seen.get(name) ?? { validate: [], translate: [], compile: [] };
    seen.set(name, lists);
    for (const phase of CENSUS_PHASES) {
      const time = row[COLUMNS[phase]];
      if (time !== undefined) lists[phase].push(time);
    }
  }
  const modules = new Map<string, CensusModule & { bodies: CensusBody[] }>();
  for (const row of functions) {
    const { countedTranslating, countedValidating, family, function: index, module: name, toolchain } = row;
    const { bytes, operators, locals, variables, constants, memory, control, calls, others, listValues } =
      row;
    // Of a census that was taken before they were counted none are known, and none can be priced.
    const { globals = 0 } = row;
    const lists = seen.get(key(name, index));
    if (lists === undefined || CENSUS_PHASES.some((phase) => lists[phase].length % processes !== 0))
      throw new CensusError(
        `${CENSUS_TABLE.name} has not all times of function ${index ?? ''} of ${name}; take the census anew`,
      );
    const known = modules.get(name) ?? { name, family, toolchain, bodies: [] };
    modules.set(name, known);
    known.bodies.push({
      index,
      functions: row.functions,
      features: {
        bytes,
        operators,
        locals,
        variables,
        globals,
        constants,
        memory,
        control,
        calls,
        others,
        listValues,
      },
      counted: { validate: countedValidating, translate: countedTranslating },
      nanoseconds: Object.fromEntries(
        CENSUS_PHASES.filter((phase) => lists[phase].length > 0).map((phase) => [phase, lists[phase]]),
      ),
    });
  }
  return [...modules.values()];
}
