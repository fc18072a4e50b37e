import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  agreedProfileId,
  COST_BEHAVIOUR,
  CostTable,
  Engine,
  machineId,
  parseProfile,
  type HardwareProfile,
  type MergePolicy,
  type ProfileExecution,
} from '@wasm-dyno/engine';
import { mergeProfiles, MergeRefused } from 'wasm-dyno';
import { wasmDyno } from '../cli/command-line.js';
import { fleetProfile } from './fleet-example.js';
import { withExecution } from './profile-example.js';

const PHASES = ['parse', 'validate', 'translate'] as const;
const BODY_BYTES = 1_000_000;

describe('the merge of a fleet', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-merge-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const written = (profiles: readonly HardwareProfile[]) =>
    profiles.map((profile, i) => {
      const path = join(folder, `${String(i).padStart(5, '0')}.json`);
      writeFileSync(path, JSON.stringify(profile));
      return path;
    });
  const merge = (profiles: readonly HardwareProfile[], policy: MergePolicy) =>
    mergeProfiles(written(profiles), { policy, createdAt: new Date('2026-03-01T00:00:00Z') });
  const thousandths = (profile: HardwareProfile, phase: (typeof PHASES)[number]) =>
    profile.policies.warm.phases[phase]!.multiplierThousandths;
  const fuel = (profile: HardwareProfile) => new CostTable({ profile }).compileFuel('translate', BODY_BYTES);

  it('takes each number by the policy, whoever has it', () => {
    const factors = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 3];
    // Who is slow in one phase is fast in another.
    const fleet = factors.map((factor, i) =>
      fleetProfile({ machine: i, factor, phases: { parse: factors.at(-1 - i)! } }),
    );
    for (const [policy, place] of [
      ['max', 9],
      ['p90', 8],
      ['median', 4],
    ] as const) {
      const { profile } = merge(fleet, policy);
      for (const phase of PHASES) {
        const sorted = fleet.map((one) => thousandths(one, phase)).sort((a, b) => a - b);
        assert.equal(thousandths(profile, phase), sorted[place], `${policy} ${phase}`);
      }
      const fuels = fleet.map(fuel).sort((a, b) => Number(a - b));
      assert.equal(fuel(profile), fuels[place]);
    }
  });

  it('says who agreed, on what, and how far they lie apart', () => {
    const fleet = [1, 2, 3, 4].map((factor, machine) => fleetProfile({ machine, factor }));
    const { profile, repeated } = merge([...fleet, fleet[0]!], 'max');
    const { agreed } = profile;
    assert.equal(repeated, 1);
    assert.equal(agreed!.id, agreedProfileId(profile));
    assert.deepEqual([agreed!.policy, agreed!.profiles, agreed!.machineKinds], ['max', 4, 4]);
    assert.match(agreed!.profilesSha256, /^[0-9a-f]{64}$/);
    const spread = agreed!.spread.find(({ name }) => name === 'warm translate')!;
    const sorted = fleet.map((one) => thousandths(one, 'translate') / 1000).sort((a, b) => a - b);
    const { least, median, most, ninetieth } = spread;
    assert.deepEqual([least, median, ninetieth, most], [sorted[0], sorted[1], sorted[3], sorted[3]]);
    assert.ok(agreed!.spread.some(({ name }) => name === 'warm translate function'));
    // Reads back, and an engine on any machine charges by it.
    parseProfile(JSON.stringify(profile));
    const multipliers = new Engine({ profile })
      .explain()
      .costs.filter(({ name }) => name.endsWith('Multiplier'));
    assert.deepEqual(
      multipliers.map(({ layer }) => layer),
      ['profile', 'profile', 'profile'],
    );
  });

  it('is the same whatever the order and the names of the files', () => {
    const fleet = [2, 1, 3, 1.5, 2.5].map((factor, machine) => fleetProfile({ machine, factor }));
    const ids = fc
      .sample(fc.shuffledSubarray(fleet, { minLength: 5 }), { numRuns: 5, seed: 3 })
      .map((some) => {
        const { profile } = merge(some, 'median');
        return [profile.agreed!.id, profile.agreed!.profilesSha256].join();
      });
    assert.equal(new Set(ids).size, 1);
  });

  it('charges what its policy says in bytes filled, however fast each memset is', () => {
    const fleet = [1, 1.5, 0.5].map((memset, machine) =>
      fleetProfile({ machine, factor: 1 + machine, memset }),
    );
    const constants = (profile: HardwareProfile) =>
      new CostTable({ profile }).costs.translateConstantThousandths;
    const { profile } = merge(fleet, 'max');
    assert.equal(constants(profile), Math.max(...fleet.map(constants)));
  });

  it('takes the costs of executing by the policy too, class by class and in bytes filled', () => {
    // Who is slow at executing is fast at compiling, and its memset differs.
    const fleet = [1, 1.5, 3].map((execution, machine) =>
      fleetProfile({ machine, factor: 3 - machine, memset: 1 + machine / 2, execution }),
    );
    for (const [policy, division, bulk] of [
      // 4.6 ns of a memset of 0.0115 ns a byte are 6.25 fuel of 64 bytes, and 1.6 memsets are 2.
      ['max', 19, 5],
      ['p90', 19, 5],
      ['median', 9, 2],
    ] as const) {
      const { profile } = merge(fleet, policy);
      const charged = new CostTable({ profile }).explain();
      const value = (name: string) => {
        const { layer, value } = charged.find((one) => one.name === `executionCosts.${name}`)!;
        return [value, layer];
      };
      assert.deepEqual(value('f64-division'), [division, 'profile'], policy);
      assert.deepEqual(value('bulk-bytes'), [bulk, 'profile'], policy);
      assert.deepEqual(value('constant'), [0, 'profile'], policy);
      // What is not charged is of one machine, and is left out.
      assert.deepEqual(Object.keys(profile.execution!.executors), ['interpreter']);
      const spread = profile.agreed!.spread.find(({ name }) => name === 'execution f64-division')!;
      const bytes = [spread.least, spread.median, spread.ninetieth, spread.most].map(Math.round);
      assert.deepEqual(bytes, [400, 600, 1200, 1200]);
    }
  });

  it('has another id for other costs of executing, and is refused when they were changed', () => {
    const fleet = [1, 2].map((machine) => fleetProfile({ machine, factor: machine, execution: machine }));
    const { profile } = merge(fleet, 'max');
    const { execution, ...rest } = profile;
    assert.notEqual(agreedProfileId(rest), profile.agreed!.id);
    assert.throws(() => parseProfile(rest), /agreed\.id does not follow from what is charged/);
    const changed = { ...profile, execution: withExecution(profile, 7).execution };
    assert.notEqual(agreedProfileId(changed), profile.agreed!.id);
    assert.throws(() => parseProfile(changed), /agreed\.id does not follow from what is charged/);
    // Times that come to the same fuel are charged alike.
    const { low, ...nanoseconds } = execution!.executors.interpreter!.classes['f64-division']!.nanoseconds;
    const closer = structuredClone(profile) as {
      execution: { executors: { interpreter: { classes: object } } };
    };
    Object.assign(closer.execution.executors.interpreter.classes, {
      'f64-division': {
        ...execution!.executors.interpreter!.classes['f64-division'],
        nanoseconds: { ...nanoseconds, low: low * 0.99 },
      },
    });
    assert.equal(parseProfile(closer).agreed!.id, profile.agreed!.id);
  });

  it('refuses costs of executing of some profiles only, of another executor and of other classes', () => {
    const plain = fleetProfile({ machine: 0, factor: 1 });
    const priced = fleetProfile({ machine: 1, factor: 2, execution: 1 });
    const { chargedExecutor, executors } = priced.execution!;
    const withClasses = (classes: object): HardwareProfile => ({
      ...priced,
      execution: { chargedExecutor, executors: { interpreter: { ...executors.interpreter!, classes } } },
    });
    const { branch } = executors.interpreter!.classes;
    const onHost: ProfileExecution = { chargedExecutor: 'host', executors };
    const mixes: [HardwareProfile, HardwareProfile, string][] = [
      [plain, priced, 'it has execution costs'],
      [priced, plain, 'it has no execution costs'],
      [
        priced,
        { ...priced, execution: onHost },
        "its execution costs are the host's in place of the interpreter's",
      ],
      [priced, withClasses({ branch }), 'it has no execution cost of bulk-bytes, constant, f64-division'],
      [withClasses({}), priced, 'it has an execution cost of branch, bulk-bytes, constant and 1 more'],
    ];
    for (const [first, second, reason] of mixes) {
      assert.throws(
        () => merge([first, second], 'max'),
        new MergeRefused(
          `${join(folder, '00001.json')}: ${reason}, unlike ${join(folder, '00000.json')}; ` +
            'leave them out, or calibrate them anew alike',
        ),
      );
    }
  });

  it('refuses what does not belong together, each by its file and why', () => {
    const first = fleetProfile({ machine: 0, factor: 1 });
    const { engine, corpora, unit } = first;
    const other: [Partial<HardwareProfile>, RegExp][] = [
      [{ engine: { ...engine, name: 'wasmi', costBehaviour: COST_BEHAVIOUR } }, /its engine is wasmi/],
      [{ engine: { ...engine, costBehaviour: 'ab'.repeat(32) } }, /its cost behaviour is abab/],
      [
        { engine: { name: engine.name, version: '0.1.0', flags: engine.flags } },
        /its cost behaviour is not told/,
      ],
      [{ corpora: [{ ...corpora[0]!, sha256: 'cd'.repeat(32) }] }, /its corpora is generated cdcd/],
      [{ unit: { ...unit, definition: '32B' } }, /unit\.bytesPerFuel is not unit\.definition/],
      [{ verdict: 'insufficient-data' }, /insufficient data/],
    ];
    for (const [changes, pattern] of other) {
      assert.throws(
        () => merge([first, { ...fleetProfile({ machine: 1, factor: 2 }), ...changes }], 'max'),
        (error: unknown) =>
          error instanceof MergeRefused &&
          pattern.test(error.message) &&
          error.message.includes('00001.json: '),
        String(pattern),
      );
    }
    assert.throws(() => merge([first], 'max'), /there is one profile alone/);
    const { profile } = merge([first, fleetProfile({ machine: 1, factor: 2 })], 'max');
    assert.throws(() => merge([first, profile], 'max'), /it is an agreed profile already/);
  });

  it('merges and shows at the command line, out of folders and run directories', async () => {
    const fleet = [1, 2, 3].map((factor, machine) => fleetProfile({ machine, factor, execution: factor }));
    for (const [i, profile] of fleet.entries()) {
      mkdirSync(join(folder, 'fleet', `node-${i}`), { recursive: true });
      writeFileSync(join(folder, 'fleet', `node-${i}`, 'profile.json'), JSON.stringify(profile));
      writeFileSync(join(folder, 'fleet', `node-${i}`, 'run.json'), '{}');
    }
    const merged = await wasmDyno(['profile', 'merge', 'fleet', '--policy', 'p90'], folder);
    assert.equal(merged.code, 0, merged.stderr);
    assert.match(
      merged.stdout,
      /^agreed-profile\.json: agreed profile [0-9a-f]{16}, by p90, of 3 profiles of 3 kinds/,
    );
    assert.match(merged.stdout, /^warm translate +1623 +3246 +4869 +4869 +x memset$/m);
    assert.match(merged.stdout, /^execution f64-division +400 +800 +1200 +1200 +bytes filled$/m);
    const shown = await wasmDyno(['profile', 'show', 'agreed-profile.json'], folder);
    assert.match(shown.stdout, /^agreed +[0-9a-f]{16}, by p90, of 3 profiles/m);
    const refused = await wasmDyno(['profile', 'merge', 'nowhere', '--policy', 'max'], folder);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^wasm-dyno: nowhere: no such file or folder; name profiles/);
    assert.equal((await wasmDyno(['profile', 'merge', 'fleet'], folder)).code, 2);
  });

  it('bundles the newest of each machine, with the agreed one', async () => {
    const old = { ...fleetProfile({ machine: 0, factor: 1 }), createdAt: '2025-01-01T00:00:00Z' };
    const fleet = [0, 1].map((machine) => fleetProfile({ machine, factor: 1 }));
    written([old, ...fleet, merge(fleet, 'max').profile]);
    const bundled = await wasmDyno(['profile', 'bundle', '.', '--out', 'out.json.bundle', '--json'], folder);
    assert.equal(bundled.code, 0, bundled.stderr);
    const { outdated, profiles } = JSON.parse(bundled.stdout) as { outdated: string[]; profiles: number };
    assert.deepEqual([outdated, profiles], [['00000.json'], 3]);
    const bundle = JSON.parse(readFileSync(join(folder, 'out.json.bundle'), 'utf8')) as {
      profiles: HardwareProfile[];
    };
    const ids = bundle.profiles.map(({ machine }) => machine.id);
    assert.ok(ids.includes(machineId(fleet[1]!.machine)));
    assert.equal(bundle.profiles.filter(({ agreed }) => agreed !== undefined).length, 1);
  });

  it('takes 500 profiles with no more memory than a few numbers each', () => {
    const files = written(
      Array.from({ length: 500 }, (_, i) => fleetProfile({ machine: i % 7, factor: 1 + i / 500 })),
    );
    const { profile } = mergeProfiles(files, { policy: 'p90' });
    assert.deepEqual([profile.agreed!.profiles, profile.agreed!.machineKinds], [500, 7]);
  });
});
