import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { agreedProfileId, ProfileError, parseProfile, profileShapeProblem } from '@wasm-dyno/engine';
import { profileExample, withExecution, withModels } from './profile-example.js';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const schema = JSON.parse(
  readFileSync(new URL('../../reports/recorded-run/schemas/profile.schema.json', import.meta.url), 'utf8'),
) as object;
const schemaAccepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

/** Every path to a value inside `value`, itself included. */
function paths(value: Json): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inside = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(value);
  return [[], ...inside.flatMap(([key, item]) => paths(item as Json).map((rest) => [key, ...rest]))];
}

/** `value` with what lies at `path` replaced, or removed when `replacement` is undefined. */
function mutated(value: Json, path: (string | number)[], replacement: Json | undefined): Json {
  if (path.length === 0) return replacement ?? null;
  const copy = structuredClone(value);
  let parent = copy as Record<string | number, Json>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, Json>;
  const last = path.at(-1)!;
  if (replacement !== undefined) parent[last] = replacement;
  else if (Array.isArray(parent)) parent.splice(last as number, 1);
  else Reflect.deleteProperty(parent, last);
  return copy;
}

/** The example with everything that may be left out. */
function agreedExample() {
  const { engine, ...rest } = withModels(withExecution(profileExample()));
  const profile = { ...rest, engine: { ...engine, costBehaviour: 'cd'.repeat(32) } };
  const agreed = {
    id: agreedProfileId(profile),
    policy: 'p90',
    profiles: 12,
    machineKinds: 3,
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-31T12:00:00Z',
    profilesSha256: 'ef'.repeat(32),
    spread: [{ name: 'warm parse', least: 10, median: 12, ninetieth: 13.5, most: 14 }],
  };
  return { ...profile, agreed };
}

describe('the profile schema and the engine', () => {
  const example = agreedExample() as unknown as Json;
  const allPaths = paths(example);
  const replacements: (Json | undefined)[] = [
    undefined,
    null,
    true,
    0,
    -1,
    1,
    2,
    0.5,
    1e12 + 1,
    1e300,
    9007199254740992,
    '',
    'x',
    'hot',
    'noisy',
    '2026-01-31T12:00:00+01:00',
    [],
    [1],
    [1, 2],
    [1, 2, 3],
    {},
    { extra: 1 },
  ];

  it('accept the example', () => {
    assert.equal(schemaAccepts(example), true, JSON.stringify(schemaAccepts.errors));
    assert.equal(parseProfile(JSON.stringify(example)).seed, 42);
  });

  it('decide alike about every value replaced by every replacement', () => {
    let accepted = 0;
    for (const path of allPaths) {
      for (const replacement of replacements) {
        const profile = mutated(example, path, replacement);
        const problem = profileShapeProblem(profile);
        assert.equal(
          problem === undefined,
          schemaAccepts(profile),
          `${path.join('.')} = ${JSON.stringify(replacement)}: ${JSON.stringify(problem ?? schemaAccepts.errors)}`,
        );
        if (problem === undefined) accepted++;
      }
    }
    assert.ok(accepted > 100 && accepted < allPaths.length * replacements.length);
  }).timeout(600_000);

  it('decide alike about several arbitrary changes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(allPaths.length - 1), fc.option(fc.jsonValue(), { nil: undefined })), {
          minLength: 1,
          maxLength: 3,
        }),
        (changes) => {
          let profile = example;
          for (const [index, replacement] of changes) {
            try {
              profile = mutated(profile, allPaths[index]!, replacement as Json | undefined);
            } catch {
              // The place went with an earlier change.
            }
          }
          assert.equal(profileShapeProblem(profile) === undefined, schemaAccepts(profile));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('name the field and the mend in one line', () => {
    for (const path of allPaths.slice(1)) {
      const profile = mutated(example, path, { unexpected: [1] });
      if (schemaAccepts(profile)) continue;
      const last = path.at(-1)!;
      const field = typeof last === 'number' ? `[${last}]` : last;
      assert.throws(
        () => parseProfile(profile, 'p.json'),
        (error: unknown) =>
          error instanceof ProfileError &&
          error.message.startsWith('profile p.json: ') &&
          (error.message.includes(field) || error.problems[0]!.kind === 'schema-version') &&
          /calibrate again/.test(error.message) &&
          !error.message.includes('\n'),
      );
    }
  });
});
