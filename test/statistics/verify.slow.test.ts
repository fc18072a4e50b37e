import assert from 'node:assert/strict';
import {
  Random,
  normal,
  checkAgainstItself,
  checkClosure,
  checkCoverage,
  checkKnownAnswer,
  speaksForMachine,
  verificationRecord,
  type VerificationArm,
  type VerificationTarget,
} from 'wasm-dyno';

/** A target without a clock: each arm takes its invented nanoseconds per call, with noise between processes and rounds. */
function inventedTarget(nanoseconds: Partial<Record<VerificationArm, number>>, seed = 1) {
  const random = new Random(seed);
  const orders: string[] = [];
  let open = 0;
  const target: VerificationTarget = {
    open: (arms) => {
      orders.push(arms.join(' '));
      open++;
      const layout = new Map(arms.map((arm) => [arm, Math.exp(0.01 * normal(random))]));
      return Promise.resolve({
        measureBlock: (arm, calls) => {
          const time = calls * nanoseconds[arm]! * layout.get(arm)! * Math.exp(0.02 * normal(random));
          return Promise.resolve({ nanoseconds: time });
        },
        close: () => {
          open--;
          return Promise.resolve();
        },
      });
    },
  };
  return { target, orders, stillOpen: () => open };
}

const FAST = { seed: 3, rounds: 5, blockNanoseconds: 1e5, warmUpNanoseconds: 1e6 };

describe('verification', () => {
  const twins = { single: 500, 'single-copy': 500, memset: 20, 'memset-copy': 20 };

  it('passes the same work against itself, phase and memset in the same processes, through the whole estimator', async () => {
    const { target, orders, stillOpen } = inventedTarget(twins);
    const check = await checkAgainstItself(target, FAST);
    assert.equal(check.passed, true, check.found);
    assert.match(check.wanted, /93\.0% to 98\.0% of the intervals/);
    assert.match(check.found, /by 80 independent ones, 480 processes/);
    assert.equal(orders.length, 40 * 12);
    assert.equal(new Set(orders).size, 24, 'every order in which four arms can be made');
    assert.equal(stillOpen(), 0);
  });

  it('notices a copy that is 3% slower, of the phase or of the memset', async () => {
    for (const slower of [{ 'single-copy': 515 }, { 'memset-copy': 20.6 }]) {
      const { target } = inventedTarget({ ...twins, ...slower });
      const check = await checkAgainstItself(target, { ...FAST, experiments: 8 });
      assert.equal(check.passed, false, check.found);
    }
  });

  it('knows the answer 2.00, and a wrong one', async () => {
    const right = await checkKnownAnswer(inventedTarget({ single: 500, double: 1000 }).target, FAST);
    assert.equal(right.passed, true, right.found);
    const wrong = await checkKnownAnswer(inventedTarget({ single: 500, double: 1080 }).target, FAST);
    assert.equal(wrong.passed, false, wrong.found);
    assert.match(wrong.found, /^2\.1\d\d \(95\.0% interval 2\.\d+ to 2\.\d+, 12 processes\)$/);
  });

  it('checks that the parts make the whole', async () => {
    const parts = { parse: 100, validate: 400, translate: 1500 };
    const whole = await checkClosure(inventedTarget({ ...parts, 'first-call': 2000 }).target, FAST);
    assert.equal(whole.passed, true, whole.found);
    const more = await checkClosure(inventedTarget({ ...parts, 'first-call': 2300 }).target, FAST);
    assert.equal(more.passed, false, more.found);
  });

  it('closes its processes when a target fails', async () => {
    const { target, stillOpen } = inventedTarget({ single: 500 });
    const failing: VerificationTarget = {
      open: async (arms) => {
        const opened = await target.open(arms);
        return { ...opened, measureBlock: () => Promise.reject(new Error('target ended')) };
      },
    };
    await assert.rejects(checkKnownAnswer(failing, FAST), /target ended/);
    assert.equal(stillOpen(), 0);
  });

  it('is recorded as passed only when every check passed', () => {
    const coverage = checkCoverage({ seed: 2, experiments: 400, rounds: 5 });
    assert.equal(coverage.coverages?.length, 5);
    const info = {
      tool: { name: 'wasm-dyno', version: '0.1.0' },
      machine: '0'.repeat(16),
      engine: null,
      seed: 2,
    };
    assert.equal(verificationRecord([{ ...coverage, passed: true }], info).passed, true);
    assert.equal(verificationRecord([coverage, { ...coverage, passed: false }], info).passed, false);
  });

  it('is kept for reports where all experiments were made on the machine: of one no coverage passes', async () => {
    const check = await checkAgainstItself(inventedTarget(twins).target, { ...FAST, experiments: 1 });
    assert.equal(check.passed, false);
    assert.equal(speaksForMachine({ simulation: false, experiments: 1 }), false);
    assert.equal(speaksForMachine({ simulation: false, experiments: 40 }), true);
    assert.equal(speaksForMachine({ simulation: true, experiments: 40 }), false);
  });
});
