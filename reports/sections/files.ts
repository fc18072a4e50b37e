import { profileFile, RUN_FILES, type RecordedRun } from '../recorded-run/index.js';
import type { ContentSection } from '../content.js';

/** The run's files: every number of a report is in them. */
export function filesSection(recorded: RecordedRun): ContentSection {
  const { run, profiles } = recorded;
  const files: (readonly [string, string])[] = [
    [RUN_FILES.run, 'machine, versions, seed, corpus digests, options, process executions'],
    [RUN_FILES.measurements, 'a row per timed block'],
    [RUN_FILES.summary, 'a row per ratio'],
    ...profiles.map(
      ({ engine }) =>
        [
          profileFile(engine.name, engine.name === run.engines[0]?.name),
          `the prices of ${engine.name}`,
        ] as const,
    ),
    ...(recorded.fits === undefined
      ? []
      : [[RUN_FILES.fits, "the memset's lines and knees, the prices of a byte and a function"] as const]),
    ...(recorded.modules.length === 0
      ? []
      : [[RUN_FILES.modules, 'what each module is charged, and what it takes'] as const]),
    ...(recorded.warmUp.length === 0
      ? []
      : [[RUN_FILES.warmUp, 'the first calls of fresh processes'] as const]),
    ...(recorded.verification === undefined
      ? []
      : [[RUN_FILES.verification, 'whether the intervals hold'] as const]),
    ...(recorded.metering === undefined
      ? []
      : ([
          [RUN_FILES.metering, 'what engines charge, and what it takes'],
          [RUN_FILES.meteringPrograms, 'a row per program, engine and way of charging'],
        ] as const)),
    ...(recorded.modelPredictions.length === 0
      ? []
      : ([
          [RUN_FILES.census, 'how single functions were timed'],
          [RUN_FILES.censusTimes, 'a row per function and process'],
          [RUN_FILES.censusFunctions, 'what each function is made of'],
          [RUN_FILES.modelPredictions, 'what models foretell of each'],
        ] as const)),
    ...(recorded.execution === undefined
      ? []
      : ([
          [RUN_FILES.execution, 'what executing takes by class of operators'],
          [RUN_FILES.executionRows, 'a row per kernel or program and process'],
          [RUN_FILES.executionCounts, 'what a call of each executes'],
        ] as const)),
  ];
  return {
    id: 'files',
    title: 'The raw files',
    short: 'Files',
    finding: 'Every number of this report is in the files of its run.',
    blocks: [{ kind: 'files', files }],
  };
}
