import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { COST_BEHAVIOUR, Engine, EXECUTION_CLASSES, ProfileError } from '@wasm-dyno/engine';
import { profileExample } from './profile-example.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The digest of a copy of the engine's sources, in which a text of a file stands in the place of another. */
function digestWith(folder: string, file: string, before: string, after: string): string {
  const place = path.join(folder, file);
  const source = readFileSync(place, 'utf8');
  assert.equal(source.split(before).length, 2, `${before} is there once`);
  writeFileSync(place, source.replace(before, after));
  try {
    const script = path.join(ROOT, 'build', 'build-cost-behaviour.mjs');
    const { status, stderr, stdout } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  } finally {
    writeFileSync(place, source);
  }
}

describe('the cost behaviour that profiles are bound to', function () {
  this.timeout(60_000);
  const place = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-behaviour-'));
  const folder = path.join(place, 'engine');
  before(() => {
    // What is compiled depends on the configuration.
    cpSync(path.join(ROOT, 'tsconfig.json'), path.join(place, 'tsconfig.json'));
    for (const part of ['binary', 'core', 'fuel', 'types', 'validate', 'translate', 'host', 'runtime'])
      cpSync(path.join(ROOT, 'engine', part), path.join(folder, part), { recursive: true });
    for (const file of [
      'errors.ts',
      'arguments.ts',
      'features.ts',
      'enforced-limits.ts',
      'version.ts',
      'tsconfig.json',
      'package.json',
    ])
      cpSync(path.join(ROOT, 'engine', file), path.join(folder, file));
  });
  after(() => rmSync(place, { recursive: true }));

  it('is of the sources as they are, comments and layout aside', () => {
    const classes = 'fuel/operator-classes.ts';
    const comment = '/** Classes of operators';
    assert.equal(digestWith(folder, classes, comment, `// Other words.\n\n${comment}`), COST_BEHAVIOUR);
  });

  it('is another where an operator is of another class, costs another default, or is rounded otherwise', () => {
    const changes = [
      ['fuel/operator-classes.ts', "br_table: 'branch-table'", "br_table: 'branch'"],
      ['fuel/operator-classes.ts', "if (operation === 'mul') return `${type}-multiplication`;", ''],
      ['fuel/execution-costs.ts', '      return TABLE_ELEMENT_FUEL;', '      return OPERATOR_FUEL + 1;'],
      ['fuel/schedule.ts', '  Operator.Drop,\n', ''],
      ['fuel/profile-execution.ts', 'Math.round(estimate / unit)', 'Math.ceil(estimate / unit)'],
      // What a block is charged is the core's.
      ['core/front-end-bytes.ts', 'FRONT_END_BYTES', 'FRONT_END_BYTES /* other */'],
    ] as const;
    const digests = changes.map(([file, before, after]) => digestWith(folder, file, before, after));
    assert.equal(new Set([COST_BEHAVIOUR, ...digests]).size, changes.length + 1);
  });

  it('refuses a profile whose executing was priced by other classes, and tells so where it is used all the same', () => {
    const example = profileExample();
    const { unit } = example;
    const nanoseconds = {
      ...{ estimate: 0, low: 0, high: 0, confidenceLevel: 0.95, processes: 8 },
    };
    const [name] = EXECUTION_CLASSES;
    const classes = { [name!]: { nanoseconds, fuel: 0 } };
    const execution = {
      chargedExecutor: 'interpreter',
      executors: { interpreter: { classes, kernels: 10, programs: 3 } },
    };
    const engine = { ...example.engine, costBehaviour: 'cd'.repeat(32) };
    const profile = { ...example, unit, engine, execution } as typeof example;
    assert.throws(
      () => new Engine({ profile }),
      (error) => error instanceof ProfileError && error.problems[0]!.kind === 'cost-behaviour',
    );
    const { notices } = new Engine({ profile, profileCheck: 'warn' });
    assert.match(notices.join('\n'), /engine of other costs .*; used all the same/);
  });
});
