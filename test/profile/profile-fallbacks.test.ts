import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ENGINE_NAME,
  ENGINE_VERSION,
  Engine,
  MAXIMUM_PROFILE_BYTES,
  ProfileError,
  checkProfile,
  parseProfile,
  type HardwareProfile,
  type ProfilePhase,
  type ProfilePolicy,
  type ProfilePolicyName,
  type Verdict,
} from '@wasm-dyno/engine';
import { loadProfile, machineIdentity } from '@wasm-dyno/engine/node';
import { machineId } from '@wasm-dyno/engine';
import { profileExample } from './profile-example.js';

const context = { engineName: ENGINE_NAME, engineVersion: ENGINE_VERSION, machine: machineIdentity() };

/** The example as if measured here. */
function profileOfThisMachine(): HardwareProfile {
  const profile = profileExample();
  const identity = machineIdentity();
  return {
    ...profile,
    engine: { ...profile.engine, name: ENGINE_NAME, version: ENGINE_VERSION },
    machine: { ...profile.machine, ...identity, id: machineId(identity) },
  };
}

function withPolicy(
  profile: HardwareProfile,
  name: ProfilePolicyName,
  change: (phases: ProfilePolicy['phases']) => ProfilePolicy['phases'],
): HardwareProfile {
  const policy = profile.policies[name]!;
  return {
    ...profile,
    policies: { ...profile.policies, [name]: { ...policy, phases: change(policy.phases) } },
  };
}

function withoutPhase(profile: HardwareProfile, policy: ProfilePolicyName, phase: ProfilePhase) {
  return withPolicy(profile, policy, (phases) =>
    Object.fromEntries(Object.entries(phases).filter(([name]) => name !== phase)),
  );
}

function withVerdicts(profile: HardwareProfile, policy: ProfilePolicyName, verdict: Verdict) {
  return withPolicy(profile, policy, (phases) =>
    Object.fromEntries(Object.entries(phases).map(([name, phase]) => [name, { ...phase, verdict }])),
  );
}

function withTranslate(profile: HardwareProfile, change: object): HardwareProfile {
  return withPolicy(profile, 'warm', (phases) => ({
    ...phases,
    translate: { ...phases.translate!, ...change },
  }));
}

describe('a profile that lacks what is charged', () => {
  const profile = profileOfThisMachine();

  it('a deleted phase is refused by strict and told by warn, with its path', () => {
    const lacking = withoutPhase(profile, 'warm', 'validate');
    const message = /no policies\.warm\.phases\.validate, so validate would be charged by the default/;
    assert.throws(() => checkProfile(lacking, context, 'strict'), message);
    assert.throws(() => new Engine({ profile: lacking }), message);
    const { profile: used, notices, problems } = checkProfile(lacking, context, 'warn');
    assert.equal(used, lacking);
    assert.match(notices[0]!, message);
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['missing-phase'],
    );
    const engine = new Engine({ profile: lacking, profileCheck: 'warn' });
    assert.match(engine.notices[0]!, message);
  });

  it('no phases at all are three missing ones', () => {
    const empty = withPolicy(profile, 'warm', () => ({}));
    assert.throws(
      () => checkProfile(empty, context, 'strict'),
      (error: unknown) =>
        error instanceof ProfileError &&
        error.problems.map((problem) => 'field' in problem && problem.field).join(' ') ===
          'policies.warm.phases.parse policies.warm.phases.validate policies.warm.phases.translate',
    );
  });

  it('a phase that the configuration prices is not missed', () => {
    const lacking = withoutPhase(profile, 'warm', 'validate');
    const engine = new Engine({ profile: lacking, fuelCosts: { validateMultiplier: 7 } });
    assert.deepEqual(engine.notices, []);
    assert.equal(engine.costs.costs.validateMultiplierThousandths, 7000);
  });

  it('only the policy that is charged by counts', () => {
    const lacking = withoutPhase(profile, 'cold', 'translate');
    assert.deepEqual(checkProfile(lacking, context, 'strict').notices, []);
    const cold = { ...context, profilePolicy: 'cold' as const };
    assert.throws(() => checkProfile(lacking, cold, 'strict'), /policies\.cold\.phases\.translate/);
  });

  it('a missing policy is refused by strict; warn charges by the defaults and says so', () => {
    const warmOnly = { ...profile, policies: { warm: profile.policies.warm } };
    const config = { profile: warmOnly, profilePolicy: 'cold' } as const;
    assert.throws(() => new Engine(config), /it has no policies\.cold; calibrate cold starts too/);
    const engine = new Engine({ ...config, profileCheck: 'warn' });
    assert.match(engine.notices[0]!, /no policies\.cold.*default costs are charged$/);
    assert.equal(engine.costs.costs.translateMultiplierThousandths, 25_000);
  });
});

describe('a profile whose verdicts and numbers do not go together', () => {
  const profile = profileOfThisMachine();

  it('a verdict better than the phases it stands over is corrupt', () => {
    for (const verdict of ['noisy', 'insufficient-data'] as const) {
      const glossed = withVerdicts(profile, 'warm', verdict);
      const message = new RegExp(
        `verdict is "ok" and policies\\.warm\\.phases\\.parse\\.verdict is "${verdict}"`,
      );
      assert.throws(() => parseProfile(glossed), message);
      assert.equal(parseProfile({ ...glossed, verdict }).verdict, verdict);
    }
  });

  it('cold starts with insufficient data are refused where they are charged by, and there alone', () => {
    const glossed = withVerdicts(profile, 'cold', 'insufficient-data');
    assert.deepEqual(checkProfile(glossed, context, 'strict').notices, []);
    const cold = { ...context, profilePolicy: 'cold' as const };
    assert.throws(
      () => checkProfile(glossed, cold, 'strict'),
      /translate rests on insufficient data \(the field policies\.cold\.phases\.translate\.verdict\)/,
    );
  });

  it('an interval from 1e-9 to 1e9 says nothing, whatever its verdict claims', () => {
    const wide = withTranslate(profile, { multiplier: WIDE });
    assert.throws(
      () => parseProfile(wide),
      /policies\.warm\.phases\.translate\.multiplier has an interval \(low, high\) that is \+-.*% wide/,
    );
    const honest = withTranslate(profile, { multiplier: WIDE, verdict: 'insufficient-data' });
    const forced = parseProfile({ ...honest, verdict: 'insufficient-data', forced: true });
    assert.throws(() => checkProfile(forced, context, 'strict'), /insufficient data/);
  });

  it('nonsense in the numbers that nothing is charged by is a problem with its path', () => {
    const nonsense: readonly [path: string, value: unknown, told?: string][] = [
      ['baseline.kernel', 'zz'],
      ['baseline.fromBytes', 1e12],
      ['baseline.toBytes', 1e12],
      ['baseline.fromBytes', 65_536, 'baseline.toBytes'],
      ['baseline.largestRelativeResidual', 1e12],
      ['baseline.kneesBytes', []],
      ['baseline.segments.0.fromBytes', 1e12],
      ['baseline.segments.0.fromBytes', 17],
      ['baseline.segments.0.toBytes', 1e12],
      ['baseline.segments.0.toBytes', 1025],
      ['baseline.segments.1.toBytes', 70_000],
      ...['segments.0.nanosecondsPerByte', 'segments.1.interceptNanoseconds', 'kneesBytes.0'].flatMap(
        (name) => spoilt(`baseline.${name}`),
      ),
      ['baseline.segments.0.nanosecondsPerByte.estimate', -1],
      ['baseline.segments.0.nanosecondsPerByte.low', -5],
      ['unit.definition', '64'],
      ['unit.definition', '32B', 'unit.bytesPerFuel'],
      ['unit.definition', '10ps', 'unit.nanosecondsPerFuel'],
      ['unit.bytesPerFuel', 0],
      ['unit.toBytes', 16_384],
      ['unit.nanosecondsPerFuel.estimate', 0.7, 'unit.nanosecondsPerFuel does not follow'],
      ['unit.nanosecondsPerByte.low', 1e-5, 'unit has an interval'],
      ...['unit.nanosecondsPerByte', 'unit.nanosecondsPerFuel'].flatMap(spoilt),
      ...['multiplier', 'nanosecondsPerByte', 'corpusNanosecondsPerByte', 'constants.0.nanoseconds'].flatMap(
        (name) => spoilt(`policies.warm.phases.translate.${name}`),
      ),
      ['policies.warm.phases.translate.constants.0.constantFuel', 5],
      ['policies.warm.phases.parse.constants.0.per', 'function', 'constants[1].per'],
      ['policies.warm.phases.translate.constants.0.per', 'thing'],
      ['policies.warm.sizeClasses.0.ratio', 1e-9],
      ['policies.warm.sizeClasses.0.ratio', 400, 'sizeClasses[0] has an interval'],
      ['policies.warm.sizeClasses.0.low', 1e-9, 'sizeClasses[0] has an interval'],
      ['policies.warm.sizeClasses.0.high', 1e9, 'sizeClasses[0] has an interval'],
      ['policies.warm.sizeClasses.0.confidenceLevel', 0],
      ['policies.warm.sizeClasses.0.processes', 1e12],
      ['policies.warm.phases.parse.multiplier.processes', 2, 'phases.parse.multiplier.confidenceLevel'],
      ['policies.warm.phases.parse.equalBytesRatio.low', 1e-9, 'parse.equalBytesRatio has an interval'],
      ['corpora', []],
    ];
    for (const [path, value, told] of nonsense) {
      const copy = structuredClone(profile) as unknown as Record<string, unknown>;
      const keys = path.split('.');
      const parent = keys.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
      parent[keys.at(-1)!] = value;
      const named = told ?? path.replace(/\.(\d+)/g, '[$1]');
      assert.throws(
        () => checkProfile(copy, context, 'strict'),
        (error: Error) => error instanceof ProfileError && error.message.includes(named),
        `${path} = ${JSON.stringify(value)} names ${named}`,
      );
    }
  });

  it('a single process has an interval of no width and no confidence, and that is no nonsense', () => {
    const copy = structuredClone(profile);
    const { estimate } = copy.baseline.segments[0]!.nanosecondsPerByte;
    const single = { estimate, low: estimate, high: estimate, confidenceLevel: 0, processes: 1 };
    Object.assign(copy.baseline.segments[0]!.nanosecondsPerByte, single);
    assert.equal(parseProfile(copy).baseline.segments[0]!.nanosecondsPerByte.processes, 1);
  });

  it('the upper end of such an interval is no multiplier', () => {
    const extreme = withTranslate(profile, {
      multiplier: WIDE,
      rule: 'interval-high-rounded-up',
      multiplierThousandths: 1e12,
      verdict: 'insufficient-data',
    });
    const value = { ...extreme, verdict: 'insufficient-data' as const };
    assert.throws(() => parseProfile(value), /interval .* too wide to charge by its upper end/);
    const { profile: used, notices } = checkProfile(value, context, 'warn');
    assert.equal(used, undefined);
    assert.match(notices[0]!, /default costs are charged$/);
  });
});

/** A multiplier that nobody knows. */
const WIDE = { estimate: 1623.0001, low: 1e-9, high: 1e9, confidenceLevel: 0.959, processes: 20 };

/** An estimate spoilt in each of its numbers. */
function spoilt(path: string): [string, unknown, string?][] {
  const shown = `${path.replace(/\.(\d+)/g, '[$1]')} has an interval`;
  return [
    [`${path}.low`, 1e6, shown],
    [`${path}.confidenceLevel`, 0],
    [`${path}.processes`, 1e12],
  ];
}

describe('the file of a profile', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-profile-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function written(name: string, content: string | Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }
  const text = JSON.stringify(profileOfThisMachine());

  it('may begin with a byte order mark', () => {
    const { profile, notices } = loadProfile({ path: written('bom.json', `\ufeff${text}`), environment: {} });
    assert.deepEqual(notices, []);
    assert.deepEqual(profile, profileOfThisMachine());
  });

  const refused: [string, () => string, RegExp][] = [
    [
      'in UTF-16',
      () => written('utf16.json', Buffer.from(`\ufeff${text}`, 'utf16le')),
      /UTF-16; save it as UTF-8/,
    ],
    [
      'of 200 MB',
      () => {
        const path = written('long.json', '[');
        truncateSync(path, 200_000_000);
        return path;
      },
      /200,000,000 bytes long and no profile exceeds 4,194,304/,
    ],
    ['without end', () => '/dev/zero', /no regular file/],
    [
      'that is a pipe nobody writes to',
      () => {
        const path = join(folder, 'pipe');
        assert.equal(spawnSync('mkfifo', [path]).status, 0);
        return path;
      },
      /no regular file/,
    ],
    ['below a file', () => join(written('file', ''), 'profile.json'), /no such file/],
    [
      'nested as deep as its size allows',
      () => written('deep.json', '['.repeat(MAXIMUM_PROFILE_BYTES)),
      /breaks off/,
    ],
    [
      'nested and closed again',
      () => written('closed.json', '['.repeat(2_000_000) + ']'.repeat(2_000_000)),
      /it should be an object and is a list/,
    ],
  ];
  for (const [what, path, message] of refused) {
    it(`${what} is refused in one line`, function () {
      if (process.platform === 'win32') this.skip();
      const file = path();
      assert.throws(
        () => loadProfile({ path: file, environment: {} }),
        (error: unknown) =>
          error instanceof ProfileError && message.test(error.message) && !error.message.includes('\n'),
      );
      const { profile, notices } = loadProfile({ path: file, environment: {}, profileCheck: 'warn' });
      assert.equal(profile, undefined);
      assert.match(notices[0]!, /default costs are charged$/);
    });
  }

  it('as a text is held to the same size', () => {
    assert.throws(() => parseProfile(' '.repeat(MAXIMUM_PROFILE_BYTES + 1)), /no profile exceeds 4,194,304/);
  });
});
