import assert from 'node:assert/strict';

import { diagnosisText } from '../../harness/cli/doctor.js';
import { diagnose, type DiagnosisCheck, type DoctorReadings } from '../../harness/doctor/index.js';
import { fitnessOf } from '../../harness/machine/fitness.js';
import { wasmDyno } from './command-line.js';

const FIT: DoctorReadings = {
  busyShare: 0,
  stolenShare: 0,
  limits: { quotaCores: null, allowedCores: 8, memoryBytes: null },
  governor: 'performance',
  turbo: false,
  battery: { hasBattery: false, acConnected: true },
  celsius: 50,
  thermalThrottles: 0,
  memory: { total: 2 ** 34, available: 2 ** 33 },
  memoryPressure: 0,
  logicalCores: 8,
  smt: false,
  throttledShare: undefined,
  virtualisation: null,
  nodeFlags: [],
};

describe('wasm-dyno doctor', () => {
  it('finds nothing on a quiet machine of its own', () => {
    const { fit, checks } = diagnose(FIT);
    assert.deepEqual([fit, checks.filter(({ state }) => state !== 'fit')], [true, []]);
  });

  it('tells of each thing that is unfit, and how to mend it', () => {
    const cases: readonly [Partial<DoctorReadings>, DiagnosisCheck['name'], RegExp][] = [
      [{ busyShare: 1 }, 'load', /end what else runs/],
      [{ stolenShare: 0.05 }, 'steal', /dedicated host/],
      [{ governor: 'powersave' }, 'governor', /cpupower frequency-set -g performance/],
      [{ limits: { ...FIT.limits, memoryBytes: 2 ** 28 } }, 'limits', /memory\.max/],
      [{ limits: { ...FIT.limits, allowedCores: 1 } }, 'limits', /taskset -c 0,1/],
      [{ logicalCores: 1 }, 'limits', /a machine of two cores/],
      [{ limits: { ...FIT.limits, quotaCores: 4 }, throttledShare: 0.2 }, 'throttling', /cpu\.max/],
      [{ thermalThrottles: 1 }, 'temperature', /cool down/],
      [{ battery: { hasBattery: true, acConnected: false } }, 'battery', /plug/],
      [{ memory: { total: 100, available: 5 } }, 'memory', /free some memory/],
      [{ nodeFlags: ['--title=x', '--no-opt'] }, 'node flags', /without --no-opt /],
      [{ nodeFlags: ['--max_lazy'] }, 'node flags', /without --max_lazy /],
      [{ nodeFlags: ['--inspect=0'] }, 'node flags', /without --inspect=0 /],
    ];
    for (const [readings, name, mend] of cases) {
      const { fit, checks } = diagnose({ ...FIT, ...readings });
      const unfit = checks.filter(({ state }) => state === 'unfit');
      assert.deepEqual([fit, unfit.map((check) => check.name)], [false, [name]]);
      assert.match(unfit[0]?.mend ?? '', mend);
    }
  });

  it('judges one core as `wasm-dyno machine` does', () => {
    const limits = { ...FIT.limits, allowedCores: 1 };
    const { checks } = fitnessOf({ ...FIT, limits });
    const found = checks.find(({ name }) => name === 'limits');
    assert.equal(found?.state, 'unfit');
    assert.deepEqual(
      found,
      diagnose({ ...FIT, limits }).checks.find(({ name }) => name === 'limits'),
    );
  });

  it('only notes what both sides of a ratio run under, and what the machine does not tell', () => {
    const stateOf = (name: DiagnosisCheck['name'], readings: Partial<DoctorReadings>) => {
      const { fit, checks } = diagnose({ ...FIT, ...readings });
      const found = checks.find((check) => check.name === name);
      assert.equal(fit, true);
      assert.equal(found?.mend !== undefined, found?.state === 'note');
      return found?.state;
    };
    assert.equal(stateOf('turbo', { turbo: true }), 'note');
    assert.equal(stateOf('smt', { smt: true }), 'note');
    assert.equal(stateOf('virtualisation', { virtualisation: 'kvm' }), 'note');
    assert.equal(stateOf('node flags', { nodeFlags: ['--max-old-space-size=4096'] }), 'note');
    assert.equal(stateOf('turbo', { turbo: undefined }), 'unknown');
    assert.equal(stateOf('smt', { smt: undefined }), 'unknown');
    assert.equal(stateOf('governor', { governor: undefined }), 'unknown');
    assert.equal(stateOf('throttling', { limits: { ...FIT.limits, quotaCores: 2 } }), 'unknown');
    assert.equal(stateOf('limits', { logicalCores: 0 }), 'unknown');
  });

  it('shows what is unfit first, in columns', () => {
    const lines = diagnosisText(diagnose({ ...FIT, governor: 'powersave', smt: true })).split('\n');
    assert.match(lines[0] ?? '', /^check +state +seen +how to mend it$/);
    assert.match(lines[1] ?? '', /^governor +unfit +powersave +switch to it/);
    assert.match(lines[2] ?? '', /^smt +note /);
    const column = lines[0]!.indexOf('state');
    for (const line of lines.slice(1, 13)) assert.match(line.slice(column), /^(unfit|note|fit|unknown)/);
    assert.equal(lines.at(-2), 'Unfit for measuring: governor.');
  });

  it("exits as its verdict says, with Node's flags among what it looks at", async () => {
    const { code, stdout, stderr } = await wasmDyno(['doctor', '--json']);
    const { fit, checks } = JSON.parse(stdout) as { fit: boolean; checks: DiagnosisCheck[] };
    assert.deepEqual([code, stderr], [fit ? 0 : 1, '']);
    assert.equal(checks.find(({ name }) => name === 'node flags')?.state, 'fit');
  });
});
