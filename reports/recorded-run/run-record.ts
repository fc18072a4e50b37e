import { CORPUS } from './corpus.js';
import { MACHINE } from './machine.js';
import {
  choice,
  count,
  fileSchema,
  name,
  nullable,
  number,
  pair,
  positiveCount,
  part,
  RUN_SCHEMA_VERSION,
  seed,
  text,
  texts,
  TOOL,
  utcTime,
  type Recorded,
} from './schema-parts.js';
import { COMPARED_PHASES } from './summary-row.js';
import { MEMSET_REGIMES } from './words.js';
import * as Type from './type.js';

export const RUN_STATES = ['running', 'finished', 'interrupted'] as const;

const RUN_OPTIONS = Type.Object(
  {
    modules: texts(),
    corpora: texts(),
    engines: texts(),
    effort: text(),
    precision: nullable(
      Type.Number(),
      'Wanted relative half-width of the interval of each warm equal-bytes ratio over the whole corpus, for example 0.03.',
    ),
    policy: choice(['warm', 'cold']),
    unit: Type.Optional(
      text(
        'What one fuel of the profile is, for example 64B or 10ps; absent in runs of earlier versions: 64B.',
      ),
    ),
    census: Type.Optional(
      Type.Boolean({
        description: 'Whether functions were timed one by one, too; absent in runs of earlier versions.',
      }),
    ),
    execution: Type.Optional(
      choice(
        ['interpreter', 'host'],
        'Which executor executing is charged by; absent where it was not to be measured.',
      ),
    ),
    force: Type.Optional(
      Type.Boolean({
        description:
          'Whether a profile is written although the data are insufficient; absent in runs of earlier versions.',
      }),
    ),
  },
  { description: 'As given on the command line; resuming uses them again.' },
);

const FITNESS = Type.Object(
  {
    fit: Type.Boolean(),
    checks: Type.Array(
      Type.Object({
        name: choice(['load', 'steal', 'governor', 'turbo', 'battery', 'temperature', 'memory', 'limits']),
        state: choice(['fit', 'unfit', 'unknown']),
        seen: text('What was seen, for people.'),
        mend: Type.Optional(text('How to mend it; only with unfit.')),
      }),
    ),
  },
  { description: 'Whether the machine was fit to measure on.' },
);

/** What a target said of itself (`docs/target-protocol.md`). */
const DESCRIPTION = Type.Object({
  protocol: number(),
  engine: text(),
  version: text(),
  flags: texts('Build or start flags that bear on speed.'),
  features: texts(),
  phases: Type.Array(choice(COMPARED_PHASES)),
  executes: Type.Boolean(),
  memset: Type.Array(Type.Object({ kernel: text(), regimes: Type.Array(choice(MEMSET_REGIMES)) })),
  clock: Type.Object({ name: text(), resolutionNanoseconds: number() }),
  fuel: nullable(
    Type.Record(Type.String(), Type.Unknown()),
    'What the engine charges by default; null for an engine without fuel.',
  ),
  combinesModules: Type.Optional(Type.Boolean()),
  secondOpinion: Type.Optional(Type.Boolean()),
  collects: Type.Optional(Type.Boolean()),
  stopsCurves: Type.Optional(Type.Boolean()),
  tellsTiers: Type.Optional(Type.Boolean()),
  charges: Type.Optional(Type.Boolean()),
  modes: Type.Optional(texts()),
});

const ENGINE = Type.Object({
  name: name('Name under which its rows stand.'),
  about: Type.Optional(text("What the engine is, in a few words; absent for a user's own program.")),
  command: texts(),
  description: nullable(DESCRIPTION, 'What it said of itself; null when it never came to it.'),
  failure: nullable(Type.String(), 'Why it was given up; null when it was not.'),
  referenceNanoseconds: nullable(
    Type.Number(),
    'Its reference loop at its best, in this run or an earlier one on this machine: what contended is judged by. Null when it tells none.',
  ),
});

const MODULE = Type.Object(
  {
    name: name('As in the rows.'),
    moduleBytes: count(),
    functions: count('Functions with a body.'),
    bodyBytes: count(),
    entities: Type.Object(
      {
        sections: count(),
        types: count(),
        functions: count(),
        imports: count(),
        exports: count(),
        globals: count(),
        segments: count('Data and element segments.'),
        declarationBytes: count('Bytes of the sections that are decoded while parsing.'),
      },
      { description: 'What its sections say that they hold: what parsing is priced by.' },
    ),
  },
  { description: 'A module that was measured.' },
);

const SKIPPED_MODULE = Type.Object({
  module: text(),
  engine: nullable(Type.String()),
  reason: text(),
  offset: nullable(Type.Number()),
});

const PLAN = Type.Object({
  processes: count(),
  warmProcesses: count('Warm process executions per engine, those in place of disturbed ones included.'),
  rounds: count(),
  blockNanoseconds: number(),
  budgetSeconds: number(),
  estimatedSeconds: number('What was announced before the first process.'),
  looks: Type.Array(Type.Object({ processes: count(), ranks: pair(Type.Number()) }), {
    description:
      'With a wanted precision: after how many warm processes the intervals are looked at, and between which ranks they then lie, so wide that all looks cover together. Declared before the first process.',
  }),
});

const PROGRESS = Type.Object(
  {
    done: count('Planned process executions that are over, those left out for want of time included.'),
    expectedEnd: utcTime(
      'When all is expected to be over, by what process executions took and by the budget',
    ),
  },
  { description: 'As it stood when the latest process execution began. Absent in runs of earlier versions.' },
);

const PROCESS = Type.Object({
  process: count('The number in the rows; unique in the run.'),
  slot: number('Place in the plan. Two executions have one slot when the first was cut short.'),
  engine: name(),
  kind: choice(['warm', 'cold', 'sweep', 'curve', 'opinion']),
  state: choice(['running', 'complete', 'interrupted', 'failed']),
  startedAt: utcTime('When it began'),
  sitting: Type.Optional(
    positiveCount(
      'In which start of the run: 1 when it began, one more for each resumption. Absent in runs of earlier versions.',
    ),
  ),
  seconds: nullable(Type.Number()),
  rows: Type.Optional(count('Rows that it left in measurements.csv; absent in runs of earlier versions.')),
  rounds: nullable(Type.Number(), 'Rounds completed; warm only.'),
  waitedSeconds: nullable(
    Type.Number(),
    'Of its time, what it waited for a core that nobody else had part of; warm only.',
  ),
  stealShare: nullable(
    Type.Number(),
    'CPU time that the hypervisor took meanwhile, 0 to 1; null where it is not told.',
  ),
  throttledShare: Type.Optional(
    nullable(
      Type.Number(),
      "Time during which the control group's CPU quota stopped its programs, as a part of the execution's; null where there is no quota.",
    ),
  ),
  tiers: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description:
        "By phase, what ran it at the end, in the engine's own words: which tier of a JIT was measured.",
    }),
  ),
  othersBusyCores: nullable(
    Type.Number(),
    'Cores that other programs kept busy meanwhile; null where it is not told, or the execution was too short to tell.',
  ),
  failure: nullable(Type.String()),
});

const SECOND_OPINION = Type.Object(
  {
    engine: name(),
    process: count(),
    arm: text('The pair whose arms were measured.'),
    instrument: text(),
    phase: text(),
    sizeClass: text(),
    phaseNanosecondsPerCall: number(),
    phaseRelativeMargin: number(),
    memsetNanosecondsPerCall: number(),
    memsetRelativeMargin: number(),
    kernel: text(),
    regime: text(),
    ratio: number('Phase / memset by the other instrument.'),
    ownRatio: number('Ours in the same process, in slices that took turns with theirs.'),
    disagreement: number('ratio / ownRatio - 1.'),
    margin: number(
      'What the slices of both instruments scatter by: relative half-width of 95% of the disagreement.',
    ),
    disagreementInMargins: number(
      '|disagreement| / margin: up to 1 the instruments agree as well as can be told.',
    ),
  },
  { description: 'What another instrument measured on the same arms.' },
);

const DISTURBANCE = Type.Object(
  {
    engine: name(),
    pairs: count('Warm pairs of a phase block and the primary memset.'),
    thrownAwayShare: part(
      'Part of them that others disturbed: what is left out where enough others are there.',
    ),
    contendedBlocks: count('Phase blocks beside which the reference loop was slow twice.'),
    slowIfContended: nullable(
      part(),
      "Part of those that took at least 10% longer than their arm's others in the process: how far the flag can be believed.",
    ),
    slowOtherwise: nullable(part(), 'The same of the blocks without the flag.'),
  },
  { description: 'What the reference loop called disturbed, and whether it was.' },
);

const LIMITS = Type.Object(
  {
    quotaCores: nullable(Type.Number(), 'CPU time per time that the control group allows; null: no limit.'),
    allowedCores: nullable(
      Type.Number(),
      'Cores of the affinity mask, or of the control group, whichever is less.',
    ),
    memoryBytes: nullable(Type.Number(), 'Memory that the control group allows; null: no limit.'),
    helperThreads: nullable(
      positiveCount(),
      "To how many targets' runtimes were held for that; null: to none.",
    ),
  },
  { description: 'What the process may use of its machine.' },
);

const RUN_END = Type.Object({
  reason: choice(['plan-complete', 'precision-reached', 'budget-spent', 'interrupted', 'targets-failed']),
  sentence: text('For people.'),
  leftOut: Type.Optional(
    positiveCount(
      'Process executions that the plan has and there was no time for: what calibrate --resume goes on with. Absent where there are none, and in runs of earlier versions.',
    ),
  ),
});

export const RUN_RECORD = fileSchema(
  'run',
  'run.json: all there is to know about a run but its rows',
  Type.Object({
    kind: Type.Literal('wasm-dyno-run'),
    schemaVersion: Type.Literal(RUN_SCHEMA_VERSION),
    tool: TOOL,
    createdAt: utcTime('When the run began'),
    updatedAt: utcTime('When this file was written'),
    state: choice(RUN_STATES, 'running is also what a run that was killed says.'),
    seed: seed(),
    options: RUN_OPTIONS,
    machine: MACHINE,
    fitness: Type.Array(FITNESS, { description: 'When the run began, and again for each resumption.' }),
    engines: Type.Array(ENGINE),
    corpora: Type.Array(CORPUS),
    corpusDigest: text('Digest over all modules, in order: what resuming compares.'),
    modules: Type.Optional(Type.Array(MODULE, { description: 'Absent in runs of earlier versions.' })),
    skippedModules: Type.Array(SKIPPED_MODULE),
    plan: PLAN,
    progress: Type.Optional(PROGRESS),
    processes: Type.Array(PROCESS),
    secondOpinions: Type.Array(SECOND_OPINION),
    disturbances: Type.Optional(Type.Array(DISTURBANCE)),
    limits: Type.Optional(
      Type.Array(LIMITS, { description: 'When the run began, and again for each resumption.' }),
    ),
    ended: nullable(RUN_END, 'Why measuring ended; null while it goes on.'),
    warnings: texts(),
  }),
);

export { RUN_SCHEMA_VERSION };

/** `run.json`: all there is to know about a run but its rows. */
export type RunRecord = Recorded<typeof RUN_RECORD>;
export type RunOptions = Recorded<typeof RUN_OPTIONS>;
export type RecordedEngine = Recorded<typeof ENGINE>;
export type RecordedModule = Recorded<typeof MODULE>;
export type SkippedModule = Recorded<typeof SKIPPED_MODULE>;
export type RecordedPlan = Recorded<typeof PLAN>;
export type RecordedProgress = Recorded<typeof PROGRESS>;
export type ProcessRecord = Recorded<typeof PROCESS>;
export type RecordedDisturbance = Recorded<typeof DISTURBANCE>;
export type RecordedLimits = Recorded<typeof LIMITS>;
export type SecondOpinion = Recorded<typeof SECOND_OPINION>;
export type RunEnd = Recorded<typeof RUN_END>;
