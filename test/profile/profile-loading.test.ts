import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  CostTable,
  ENGINE_NAME,
  ENGINE_VERSION,
  ProfileError,
  checkProfile,
  machineId,
  parseProfile,
  profileProblems,
  type HardwareProfile,
} from '@wasm-dyno/engine';
import { loadProfile, machineIdentity } from '@wasm-dyno/engine/node';
import { profileExample } from './profile-example.js';

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

const context = { engineName: ENGINE_NAME, engineVersion: ENGINE_VERSION, machine: machineIdentity() };

describe('the engine version', () => {
  it("is the package's", async () => {
    const { default: manifest } = (await import('@wasm-dyno/engine/package.json', {
      with: { type: 'json' },
    })) as {
      default: { version: string };
    };
    assert.equal(ENGINE_VERSION, manifest.version);
  });
});

describe('the machine id', () => {
  const machine = profileExample().machine;

  it('is the same for patch releases of Node and V8 and for other spacing', () => {
    const patched = {
      ...machine,
      nodeVersion: 'v20.99.1',
      v8Version: '11.3.999',
      cpuModel: ' Example  CPU 3000 ',
    };
    assert.equal(machineId(patched), machineId(machine));
  });

  it('differs with every field that binds', () => {
    const others = [
      { cpuModel: 'Example CPU 3001' },
      { arch: 'arm64' },
      { logicalCores: 9 },
      { platform: 'darwin' },
      { nodeVersion: '22.0.0' },
      { v8Version: '11.4.244' },
    ];
    const ids = others.map((other) => machineId({ ...machine, ...other }));
    assert.equal(new Set([machineId(machine), ...ids]).size, others.length + 1);
  });
});

describe('problems of a profile', () => {
  it('are none on the machine and engine it was measured on', () => {
    assert.deepEqual(profileProblems(profileOfThisMachine(), context), []);
  });

  const profile = profileOfThisMachine();
  const cases: [string, HardwareProfile, RegExp][] = [
    [
      'engine',
      { ...profile, engine: { ...profile.engine, name: 'wasmi' } },
      /engine wasmi and this is embedded/,
    ],
    [
      'engine-version',
      { ...profile, engine: { ...profile.engine, version: '0.0.1' } },
      /version 0\.0\.1 of the engine/,
    ],
    ['machine', withMachine(profile, { logicalCores: 977 }), /logical cores 977 there, \d+ here/],
    [
      'insufficient-data',
      { ...profile, verdict: 'insufficient-data', forced: true },
      /insufficient data and was written by force/,
    ],
  ];
  for (const [kind, changed, message] of cases) {
    it(`${kind}: refused by strict, used with a notice by warn`, () => {
      assert.deepEqual(
        profileProblems(changed, context).map((problem) => problem.kind),
        [kind],
      );
      assert.throws(() => checkProfile(changed, context, 'strict', 'p.json'), message);
      const checked = checkProfile(changed, context, 'warn', 'p.json');
      assert.equal(checked.profile, changed);
      assert.equal(checked.notices.length, 1);
      assert.match(checked.notices[0]!, message);
      assert.match(checked.notices[0]!, /^profile p\.json: .*used all the same$/);
    });
  }

  const unreadable: [string, string, unknown, RegExp][] = [
    [
      'schema-version',
      'another schema version',
      { ...profile, schemaVersion: 1 },
      /schema version is 1 and this engine reads 2/,
    ],
    ['corrupt', 'no profile', [], /it should be an object and is a list of 0/],
    [
      'corrupt',
      "a machine that is not the id's",
      { ...profile, machine: { ...profile.machine, arch: 'other' } },
      /machine\.id does not follow/,
    ],
    [
      'corrupt',
      'a multiplier that was edited',
      withMultiplier(profile, { multiplierThousandths: 5 }),
      /warm\.phases\.translate\.multiplierThousandths does not follow/,
    ],
    [
      'corrupt',
      'an interval beside its ratio',
      withMultiplier(profile, { multiplier: { ...multiplierOf(profile), low: 1, high: 2 } }),
      /multiplier has an interval \(low, high\) that does not hold the multiplier/,
    ],
  ];
  for (const [kind, title, value, message] of unreadable) {
    it(`${kind} (${title}): refused by strict, left aside by warn`, () => {
      assert.throws(
        () => checkProfile(value, context, 'strict'),
        (error: unknown) =>
          error instanceof ProfileError && error.problems[0]!.kind === kind && message.test(error.message),
      );
      const checked = checkProfile(value, context, 'warn');
      assert.equal(checked.profile, undefined);
      assert.match(checked.notices[0]!, message);
      assert.match(checked.notices[0]!, /default costs are charged$/);
    });
  }

  it('leaves the machine unchecked where it cannot be told', () => {
    const elsewhere = withMachine(profile, { arch: 'other' });
    assert.deepEqual(
      profileProblems(elsewhere, { engineName: ENGINE_NAME, engineVersion: ENGINE_VERSION }),
      [],
    );
  });

  it('accepts the cautious rule when the multiplier follows from it', () => {
    const cautious = withMultiplier(profile, {
      multiplier: { ...multiplierOf(profile), high: 1700.0001 },
      rule: 'interval-high-rounded-up',
      multiplierThousandths: 1_700_001,
      // 244.1 ns x 1.02 / (64 x 0.0115 ns) = 338.3
      constants: profile.policies.warm.phases.translate!.constants.map((constant) => ({
        ...constant,
        constantFuel: 339,
      })),
    });
    const { costs } = new CostTable({ profile: parseProfile(cautious) });
    assert.equal(costs.translateMultiplierThousandths, 1_700_001);
    assert.equal(costs.translateConstantThousandths, 339 * 64_000);
  });
});

describe('parsing a profile', () => {
  const text = JSON.stringify(profileOfThisMachine(), null, 2);

  it('says where a truncated one breaks off, at every length', () => {
    for (let length = 0; length < text.length; length += 7) {
      assert.throws(
        () => parseProfile(text.slice(0, length)),
        (error: unknown) =>
          error instanceof ProfileError &&
          error.problems[0]!.kind === 'corrupt' &&
          /it is not JSON \((it is empty|it breaks off after \d+ characters)\)/.test(error.message),
        `length ${length}`,
      );
    }
  });

  it('throws nothing but a ProfileError, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.tuple(fc.nat(text.length), fc.nat(text.length), fc.string()).map(([from, to, middle]) => {
            return text.slice(0, from) + middle + text.slice(to);
          }),
        ),
        (changed) => {
          try {
            parseProfile(changed);
          } catch (error) {
            assert.ok(error instanceof ProfileError);
            assert.ok(!error.message.includes('\n'));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('loading a profile', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-profile-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function written(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  it('takes the explicit path first, then the environment, and names the file in the costs', () => {
    const path = written('good.json', JSON.stringify(profileOfThisMachine()));
    const environment = { WASM_DYNO_PROFILE: written('other.json', '{}') };
    const loaded = loadProfile({ path, environment });
    assert.equal(loaded.source, 'path');
    assert.deepEqual(loaded.notices, []);
    const [, , parse] = new CostTable({ profile: loaded.profile }).explain();
    assert.equal(parse!.layer, 'profile');
    assert.ok(parse!.source.endsWith(path));

    const byEnvironment = loadProfile({ environment: { WASM_DYNO_PROFILE: path } });
    assert.equal(byEnvironment.source, 'environment');
    assert.deepEqual(byEnvironment.profile, profileOfThisMachine());
  });

  it('gives what nobody can change, so that whoever it is handed to need not check it again', () => {
    const path = written('unchanging.json', JSON.stringify(profileOfThisMachine()));
    const { profile } = loadProfile({ path, environment: {} });
    const { estimate } = profile!.unit.nanosecondsPerByte;
    assert.throws(() => {
      (profile!.unit.nanosecondsPerByte as { estimate: number }).estimate = 2 * estimate;
    }, TypeError);
    const { unit, ...rest } = profile!;
    const changed = { ...rest, unit: { ...unit, nanosecondsPerByte: { estimate: -1 } } };
    for (const check of ['strict', 'warn'] as const) {
      assert.deepEqual(checkProfile(profile, context, check).problems, []);
    }
    assert.throws(() => checkProfile(changed, context, 'strict'), ProfileError);
    // An object of the caller's own stays as it is, and is checked each time.
    const own = profileOfThisMachine();
    assert.equal(parseProfile(own), own);
    (own.unit.nanosecondsPerByte as { estimate: number }).estimate = -1;
    assert.throws(() => parseProfile(own), ProfileError);
  });

  it('gives a notice and no profile when none is named', () => {
    for (const environment of [{}, { WASM_DYNO_PROFILE: '' }]) {
      const loaded = loadProfile({ environment });
      assert.equal(loaded.profile, undefined);
      assert.equal(loaded.source, 'none');
      assert.match(loaded.notices[0]!, /^no hardware profile: default costs are charged; /);
    }
  });

  it('names what is wrong with the file in one line', () => {
    const cases: [string, RegExp][] = [
      [join(folder, 'missing.json'), /no such file/],
      [mkdtempSync(join(folder, 'empty-')), /there is no profile in it/],
      [written('empty.json', ''), /not JSON \(it is empty\)/],
      [written('torn.json', '{"kind": "wasm-dyno-prof'), /breaks off after 24 characters/],
      [written('wrong.json', '{"kind": x}'), /not JSON \(a syntax error/],
    ];
    for (const [path, message] of cases) {
      assert.throws(
        () => loadProfile({ path, environment: {} }),
        (error: unknown) =>
          error instanceof ProfileError &&
          error.message.startsWith(`profile ${path}: `) &&
          message.test(error.message),
      );
      const warned = loadProfile({ environment: { WASM_DYNO_PROFILE: path }, profileCheck: 'warn' });
      assert.equal(warned.profile, undefined);
      assert.match(warned.notices[0]!, message);
      assert.match(warned.notices[0]!, /\(from WASM_DYNO_PROFILE\)/);
    }
  });
});

function withMachine(profile: HardwareProfile, change: Partial<HardwareProfile['machine']>): HardwareProfile {
  const machine = { ...profile.machine, ...change };
  return { ...profile, machine: { ...machine, id: machineId(machine) } };
}

function multiplierOf({ policies }: HardwareProfile) {
  return policies.warm.phases.translate!.multiplier;
}

function withMultiplier(profile: HardwareProfile, change: object): HardwareProfile {
  const translate = { ...profile.policies.warm.phases.translate!, ...change };
  const phases = { ...profile.policies.warm.phases, translate };
  return { ...profile, policies: { ...profile.policies, warm: { ...profile.policies.warm, phases } } };
}
