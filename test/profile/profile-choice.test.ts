import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  agreedProfileId,
  chooseProfile,
  COST_BEHAVIOUR,
  Engine,
  ENGINE_NAME,
  ENGINE_VERSION,
  formatProfileChoice,
  machineId,
  ProfileError,
  type ChoiceContext,
  type HardwareProfile,
  type MachineIdentity,
} from '@wasm-dyno/engine';
import { loadProfile, machineIdentity } from '@wasm-dyno/engine/node';
import { newKey, signedProfile, signingKey } from 'wasm-dyno';
import { wasmDyno } from '../cli/command-line.js';
import { profileExample } from './profile-example.js';

const HERE: MachineIdentity = profileExample().machine;
const DAY = 86_400_000;

/** The example, of a machine that differs so, and perhaps of another engine. */
function profileOf(
  machine: Partial<MachineIdentity> = {},
  changes: Partial<HardwareProfile> = {},
): HardwareProfile {
  const example = profileExample();
  const whole = { ...example.machine, ...machine };
  const engine = { ...example.engine, costBehaviour: COST_BEHAVIOUR };
  return { ...example, engine, machine: { ...whole, id: machineId(whole) }, ...changes };
}

const EXACT = profileOf();
const OTHER_NODE = profileOf({ nodeVersion: '22.1.0', v8Version: '12.4.254.1-node.1' });
const FEWER_CORES = profileOf({ ...OTHER_NODE.machine, logicalCores: 2 });
const SAME_FAMILY = profileOf({ cpuModel: 'Example CPU 4000', cpuModelNumber: '33', l2Bytes: 1_048_576 });
const OTHER = profileOf({ cpuModel: 'Sample X1', cpuFamily: '6', arch: 'arm64' });

const context: ChoiceContext = {
  engineName: ENGINE_NAME,
  engineVersion: ENGINE_VERSION,
  costBehaviour: COST_BEHAVIOUR,
  machine: HERE,
  minimumRank: 'generic',
};
const choose = (profiles: Record<string, unknown>, more: Partial<ChoiceContext> = {}) =>
  chooseProfile(
    Object.entries(profiles).map(([source, profile]) => ({ source, profile })),
    { ...context, ...more },
  );

const agreed = (machine: Partial<MachineIdentity> = {}): HardwareProfile => {
  const profile = profileOf(machine);
  const id = agreedProfileId(profile);
  const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-31T00:00:00Z' };
  const provenance = {
    policy: 'max',
    profiles: 3,
    machineKinds: 2,
    profilesSha256: 'ab'.repeat(32),
  } as const;
  return { ...profile, agreed: { id, ...provenance, ...range, spread: [] } };
};

describe('the choice of a profile', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-choice-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('ranks exact before the same processor, its family, and any other', () => {
    const all = { other: OTHER, family: SAME_FAMILY, cores: FEWER_CORES, node: OTHER_NODE, exact: EXACT };
    const left: Record<string, unknown> = { ...all };
    for (const [source, rank] of [
      ['exact', 'exact'],
      ['node', 'same-cpu'],
      ['cores', 'same-cpu'],
      ['family', 'same-family'],
      ['other', 'generic'],
    ] as const) {
      const choice = choose(left);
      assert.deepEqual([choice.source, choice.rank], [source, rank], formatProfileChoice(choice));
      Reflect.deleteProperty(left, source);
    }
  });

  it('says what differs, of the chosen one and of the others', () => {
    const choice = choose({ 'node.json': OTHER_NODE, 'far.json': OTHER, 'bad.json': { kind: 1 } });
    assert.equal(
      formatProfileChoice(choice).split('\n')[0],
      'profile node.json: same-cpu, Node major version 22 there, 20 here, V8 version 12.4 there, 11.3 here',
    );
    assert.match(
      formatProfileChoice(choice),
      /^ {2}not far\.json: generic, CPU model Sample X1 there, Example/m,
    );
    assert.match(formatProfileChoice(choice), /^ {2}not bad\.json: left out, .*should be/m);
  });

  it('does not depend on the order in which profiles are found', () => {
    const candidates = [EXACT, OTHER_NODE, FEWER_CORES, SAME_FAMILY, OTHER, agreed(), profileOf()].map(
      (profile, i) => ({ source: `${i}.json`, profile }),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(candidates, { minLength: 1 }), (some) => {
        const sorted = [...some].sort((a, b) => (a.source < b.source ? -1 : 1));
        assert.deepEqual(chooseProfile(some, context), chooseProfile(sorted, context));
      }),
    );
  });

  it('takes the better verdict, then the later date, of equal rank', () => {
    const noisy = { ...EXACT, verdict: 'noisy' as const, createdAt: '2026-03-01T00:00:00Z' };
    const old = { ...EXACT, createdAt: '2025-01-01T00:00:00Z' };
    assert.equal(choose({ noisy, old }).source, 'old');
    assert.equal(choose({ old, exact: EXACT }).source, 'exact');
  });

  it('refuses what is below the least rank, and says what there was', () => {
    for (const [minimumRank, profile] of [
      ['exact', OTHER_NODE],
      ['same-cpu', SAME_FAMILY],
      ['same-family', OTHER],
    ] as const) {
      assert.throws(
        () => choose({ 'a.json': profile }, { minimumRank }),
        (error: unknown) =>
          error instanceof ProfileError &&
          error.problems[0]?.kind === 'match' &&
          error.message.includes(`a.json, is`) &&
          error.message.includes(`${minimumRank} is asked for`) &&
          error.message.includes(' there, '),
      );
    }
    assert.throws(() => choose({}), /there is no profile in it/);
  });

  it('binds to the cost behaviour where both tell it, and not to the version', () => {
    const { engine } = EXACT;
    const release = { ...EXACT, engine: { ...engine, version: '9.9.9' } };
    assert.equal(choose({ release }).rank, 'exact');
    assert.ok(new Engine({ profile: release }).explain());
    const changed = { ...EXACT, engine: { ...engine, costBehaviour: 'cd'.repeat(32) } };
    assert.throws(() => choose({ changed }), /of other costs \(cost behaviour cdcdcdcdcdcd there/);
    assert.throws(() => new Engine({ profile: changed }), /of other costs/);
    const untold = { ...EXACT, engine: { name: engine.name, version: '9.9.9', flags: [] } };
    assert.throws(() => choose({ untold }), /it was measured on version 9\.9\.9/);
  });

  it('leaves out other engines, what rests on too little, and what is too old', () => {
    const wasmi = { ...EXACT, engine: { name: 'wasmi', version: '2.0.0', flags: [] } };
    assert.throws(() => choose({ wasmi }), /measured on the engine wasmi/);
    const little = { ...EXACT, verdict: 'insufficient-data' as const };
    assert.throws(() => choose({ little }), /insufficient data/);
    const now = new Date(Date.parse(EXACT.createdAt) + 90 * DAY);
    for (const maximumAge of ['90d', 90 * DAY, '2160h', '129600m'] as const)
      assert.equal(choose({ exact: EXACT }, { now, maximumAge }).rank, 'exact');
    for (const maximumAge of ['89d', 90 * DAY - 1, '0d'] as const)
      assert.throws(
        () => choose({ exact: EXACT }, { now, maximumAge }),
        /made on 2026-01-31.* old; calibrate/,
      );
    for (const maximumAge of ['90', 'x', NaN, -1])
      assert.throws(() => choose({ exact: EXACT }, { now, maximumAge }), /maximumAge is .*such as "90d"/);
  });

  it('takes an agreed profile by its id alone, whatever the machine', () => {
    const far = agreed({ cpuModel: 'Sample X1', arch: 'arm64' });
    const { id } = far.agreed!;
    const choice = choose({ exact: EXACT, far }, { agreedId: id, minimumRank: 'exact' });
    assert.equal(choice.source, 'far');
    assert.throws(
      () => choose({ exact: EXACT, far }, { agreedId: '0'.repeat(16) }),
      /agreed profile [0-9a-f]{16}/,
    );
    // Without an id it is one that fits no machine, before those of other machines.
    assert.equal(choose({ other: OTHER, far }).source, 'far');
    assert.throws(() => choose({ far }, { minimumRank: 'same-family' }), /is generic/);
    const path = join(folder, 'agreed.json');
    writeFileSync(path, JSON.stringify(far));
    const loaded = loadProfile({ path, agreedId: id });
    assert.match(
      loaded.notices[0]!,
      new RegExp(`^agreed profile ${id}, of 3 profiles of 2 kinds of machines .*every node charges by it`),
    );
    const ofOne = { ...far, agreed: { ...far.agreed!, profiles: 1, machineKinds: 1 } };
    assert.match(choose({ ofOne }).because, /^1 profile of 1 kind of machine agreed on it/);
    assert.ok(new Engine({ profile: loaded.profile }).explain().profile!.because.includes(id));
  });

  it('an agreed profile whose numbers were changed is refused by its id', () => {
    const { agreed: agreement, ...rest } = agreed();
    const { translate } = rest.policies.warm.phases;
    const cheaper = { ...translate!, constants: [] };
    const phases = { ...rest.policies.warm.phases, translate: cheaper };
    const tampered = { ...rest, agreed: agreement, policies: { warm: { ...rest.policies.warm, phases } } };
    assert.throws(() => choose({ tampered }), /agreed\.id does not follow from what is charged/);
  });

  it('chooses out of a folder and out of a bundle, and the engine explains it', async () => {
    const machine = { ...profileExample().machine, ...machineIdentity() };
    const here = profileOf({ ...machine });
    const another = profileOf({ ...machine, nodeVersion: '99.0.0' });
    const profiles = join(folder, 'profiles');
    mkdirSync(profiles);
    writeFileSync(join(profiles, 'a.json'), JSON.stringify(another));
    writeFileSync(join(profiles, 'b.json'), JSON.stringify(here));
    writeFileSync(join(profiles, 'c.json'), JSON.stringify({ kind: 'something else' }));
    writeFileSync(join(profiles, 'd.json'), '{');
    const bundled = await wasmDyno(['profile', 'bundle', 'profiles/a.json', 'profiles/b.json'], folder);
    assert.equal(bundled.code, 0, bundled.stderr);
    assert.match(bundled.stdout, /^profiles\.json: 2 profiles$/m);
    for (const path of [profiles, join(folder, 'profiles.json')]) {
      const { choice, notices, profile } = loadProfile({ profile: 'auto', path });
      assert.deepEqual([choice!.rank, notices], ['exact', []]);
      const explained = new Engine({ profile }).explain();
      assert.equal(explained.profile, choice);
      assert.equal(explained.costBehaviour, COST_BEHAVIOUR);
      assert.ok(explained.costs.some(({ layer }) => layer === 'profile'));
    }
    const told = await wasmDyno(['profile', 'choose', 'profiles'], folder);
    assert.match(
      told.stdout,
      /^profile profiles\/b\.json: exact, it is of this machine\n {2}not profiles\/a\.json: same-cpu/,
    );
    rmSync(join(profiles, 'b.json'));
    const refused = await wasmDyno(['profile', 'choose', 'profiles', '--minimum-rank', 'exact'], folder);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is same-cpu \(Node major version 99 there.*and exact is asked for/);
    const fallback = loadProfile({ path: profiles, minimumRank: 'exact', profileCheck: 'warn' });
    assert.equal(fallback.profile, undefined);
    assert.match(fallback.notices[0]!, /default costs are charged$/);
  });

  it('a file that is named has to be of this machine, unless it may fit less well', () => {
    const machine = { ...profileExample().machine, ...machineIdentity(), nodeVersion: '99.0.0' };
    const path = join(folder, 'other-node.json');
    writeFileSync(path, JSON.stringify(profileOf(machine)));
    assert.throws(() => loadProfile({ path }), /of another machine \(Node major version/);
    assert.throws(() => loadProfile({ path, maximumAge: '9999d' }), /is same-cpu .*exact is asked for/);
    assert.equal(loadProfile({ path, profile: 'auto' }).choice!.rank, 'same-cpu');
    assert.equal(loadProfile({ path, minimumRank: 'same-cpu' }).choice!.rank, 'same-cpu');
  });

  it('takes none whose signature is demanded and does not hold', () => {
    const { privatePem, publicKey } = newKey();
    const machine = { ...profileExample().machine, ...machineIdentity() };
    const provenance = { signedBy: 'x', signedAt: '2026-02-01T00:00:00Z', commit: null, runSha256: null };
    const key = signingKey(undefined, { WASM_DYNO_SIGNING_KEY: privatePem });
    const far = signedProfile(profileOf({ ...machine, nodeVersion: '99.0.0' }), key, provenance);
    const profiles = [profileOf(machine), { ...far, seed: 1 }, far];
    const bundle = { kind: 'wasm-dyno-profile-bundle', schemaVersion: 1, createdAt: '', profiles };
    const path = join(folder, 'signed.json');
    writeFileSync(path, JSON.stringify(bundle));
    const { choice, profile } = loadProfile({ path, requireSignature: [publicKey] });
    assert.match(choice!.source, /profiles\[2\]$/);
    assert.match(formatProfileChoice(choice!), /profiles\[0\]: left out, it is not signed/);
    assert.match(
      formatProfileChoice(choice!),
      /profiles\[1\]: left out, its signature does not hold: seed is not/,
    );
    assert.ok(new Engine({ profile, requireSignature: [publicKey] }));
    writeFileSync(path, JSON.stringify({ ...bundle, profiles: profiles.slice(0, 2) }));
    for (const profileCheck of ['strict', 'warn'] as const)
      assert.throws(
        () => loadProfile({ path, profileCheck, requireSignature: [publicKey] }),
        /none of 2 profiles/,
      );
  });

  it('the cost behaviour is a digest that the build makes, of 64 digits', () => {
    assert.match(COST_BEHAVIOUR, /^[0-9a-f]{64}$/);
    const script = readFileSync(new URL('../../build/build-cost-behaviour.mjs', import.meta.url), 'utf8');
    assert.ok(!script.includes(COST_BEHAVIOUR));
  });
});
