/** What reports need of each JSON file of a run; they ignore the rest, so that runs of later versions stay readable. */

const text = { type: 'string' };
const number = { type: 'number' };
const numberOrNull = { type: ['number', 'null'] };
const textOrNull = { type: ['string', 'null'] };

function object(
  properties: Record<string, unknown>,
  optional: readonly string[] = [],
): Record<string, unknown> {
  return {
    type: 'object',
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    properties,
  };
}

function list(items: unknown): Record<string, unknown> {
  return { type: 'array', items };
}

const estimate = object({
  estimate: number,
  interval: { type: 'array', items: number, minItems: 2, maxItems: 2 },
  confidenceLevel: number,
  processes: number,
});

const verdict = { enum: ['ok', 'noisy', 'insufficient-data'] };

export const RUN_SCHEMA = object(
  {
    kind: { const: 'wasm-dyno-run' },
    schemaVersion: { const: 1 },
    createdAt: text,
    state: text,
    seed: number,
    tool: object({ name: text, version: text }),
    machine: object({
      id: text,
      cpuModel: text,
      arch: text,
      platform: text,
      osRelease: text,
      logicalCores: number,
      physicalCores: numberOrNull,
      l1dBytes: numberOrNull,
      l2Bytes: numberOrNull,
      l3Bytes: numberOrNull,
      memoryBytes: number,
      nodeVersion: text,
      v8Version: text,
      virtualisation: textOrNull,
      governor: textOrNull,
    }),
    engines: list(
      object(
        {
          name: text,
          about: text,
          description: {
            ...object({ version: text, flags: list(text) }, ['version', 'flags']),
            type: ['object', 'null'],
          },
          failure: textOrNull,
        },
        ['about', 'description', 'failure'],
      ),
    ),
    corpora: list(
      object({ name: text, sha256: text, modules: number, functions: number, bodyBytes: number }),
    ),
    options: { type: 'object' },
    ended: { ...object({ sentence: text }), type: ['object', 'null'] },
    skippedModules: list(object({ module: text, reason: text })),
    secondOpinions: list(
      object({
        engine: text,
        phase: text,
        functionSizeClass: text,
        instrument: text,
        kernel: text,
        regime: text,
        ratio: number,
        ownRatio: number,
        disagreement: number,
      }),
    ),
    warnings: list(text),
  },
  ['options', 'ended', 'skippedModules', 'secondOpinions', 'warnings'],
);

export const PROFILE_DESCRIPTION_SCHEMA = object({
  engine: object({ name: text, version: text }),
  verdict,
  forced: { type: 'boolean' },
  systematicFloor: number,
  warnings: list(text),
  baseline: object({ kernel: text, regime: text }),
  policies: {
    type: 'object',
    additionalProperties: object({
      phases: {
        type: 'object',
        additionalProperties: object({
          ratio: number,
          interval: { type: 'array', items: number, minItems: 2, maxItems: 2 },
          confidenceLevel: number,
          processes: number,
          verdict,
          multiplierThousandths: number,
        }),
      },
    }),
  },
});

export const FITS_SCHEMA = object(
  {
    baselines: list(
      object({
        engine: text,
        kernel: text,
        regime: text,
        points: list(object({ bytes: number, nanoseconds: estimate })),
        segments: list(
          object({
            fromBytes: number,
            toBytes: numberOrNull,
            interceptNanoseconds: estimate,
            nanosecondsPerByte: estimate,
          }),
        ),
        kneesBytes: list(estimate),
        largestRelativeResidual: number,
      }),
    ),
    slopes: list(
      object({
        engine: text,
        temperature: text,
        phase: text,
        kernel: text,
        regime: text,
        slopeRatio: estimate,
        nanosecondsPerByte: estimate,
        nanosecondsPerFunction: estimate,
        verdict,
      }),
    ),
    warnings: list(text),
    summaryRows: number,
  },
  ['summaryRows'],
);

export const VERIFICATION_SCHEMA = object({
  kind: { const: 'wasm-dyno-verification' },
  schemaVersion: { const: 1 },
  createdAt: text,
  tool: object({ name: text, version: text }),
  machine: text,
  engine: textOrNull,
  seed: number,
  passed: { type: 'boolean' },
  checks: list(
    object(
      {
        name: text,
        passed: { type: 'boolean' },
        wanted: text,
        found: text,
        coverages: list(
          object({
            design: text,
            experiments: number,
            nominal: number,
            observed: number,
            medianRelativeHalfWidth: number,
          }),
        ),
      },
      ['coverages'],
    ),
  ),
});

export const METERING_SCHEMA = object({
  kind: { const: 'wasm-dyno-metering' },
  schemaVersion: { const: 1 },
  createdAt: text,
  tool: object({ name: text, version: text }),
  machine: text,
  seed: number,
  processes: number,
  programs: list(object({ name: text, description: text, source: text })),
  engines: list(
    object({
      name: text,
      version: text,
      programs: list(
        object({ program: text, nanosecondsPerCall: estimate, fuelPerCall: textOrNull, verdict }),
      ),
      overall: { ...object({ nanosecondsPerFuel: estimate, verdict }), type: ['object', 'null'] },
      memsetFuelPerByte: numberOrNull,
      charges: list(
        object({ mode: text, phases: list(text), functions: number, bodyBytes: number, fuel: text }),
      ),
    }),
  ),
  notices: list(text),
});
