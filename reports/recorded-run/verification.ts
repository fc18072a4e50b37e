import {
  choice,
  fileSchema,
  name,
  nullable,
  number,
  seed,
  text,
  TOOL,
  utcTime,
  type Recorded,
} from './schema-parts.js';
import * as Type from './type.js';

const COVERAGE = Type.Object(
  {
    design: text(),
    experiments: number(),
    nominal: number(),
    observed: number(),
    medianRelativeHalfWidth: number(),
  },
  { description: 'Nominal and observed coverage of one simulated design.' },
);

const CHECK = Type.Object({
  name: choice(['coverage-simulation', 'a-against-a', 'known-answer', 'closure']),
  passed: Type.Boolean(),
  wanted: text('What must hold.'),
  found: text('What was found.'),
  coverages: Type.Optional(Type.Array(COVERAGE)),
});

export const VERIFICATION_RECORD = fileSchema(
  'verification',
  'verification.json: whether the intervals hold on this machine',
  Type.Object({
    kind: Type.Literal('wasm-dyno-verification'),
    schemaVersion: Type.Literal(1),
    createdAt: utcTime('When it was verified'),
    tool: TOOL,
    machine: name("The machine's id."),
    engine: nullable(Type.String(), 'The engine whose loops were timed; null when only simulated.'),
    seed: seed(),
    passed: Type.Boolean(),
    checks: Type.Array(CHECK),
  }),
);

/** Nominal and observed coverage of one simulated design. */
export type RecordedCoverage = Recorded<typeof COVERAGE>;
/** One check of the statistics: what was wanted, what came out. */
export type VerificationCheck = Recorded<typeof CHECK>;
/** `verification.json`: whether the intervals hold on this machine. */
export type VerificationRecord = Recorded<typeof VERIFICATION_RECORD>;
