import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import {
  checkTarget,
  formatCheckLine,
  type CheckReport,
} from '../../harness/dist/targets/check/check-target.js';
import { checkPatiently, failures, faults } from './check-patiently.js';

const PLAIN_TARGET = fileURLToPath(new URL('./fixtures/plain-target.mjs', import.meta.url));

function check(lie: string, timeoutMilliseconds = 60_000): Promise<CheckReport> {
  return checkTarget([process.execPath, PLAIN_TARGET, `--lie=${lie}`], { timeoutMilliseconds });
}

/** A check that gives requests up soon, and later where that was too soon: the machine may not even have started the target by then. */
async function checkSoon(lie: string, isRight: (report: CheckReport) => boolean): Promise<CheckReport> {
  for (let timeoutMilliseconds = 500; ; timeoutMilliseconds *= 4) {
    const report = await check(lie, timeoutMilliseconds);
    if (isRight(report) || timeoutMilliseconds > 10_000) return report;
  }
}

describe('target check', function () {
  this.timeout(600_000);

  it('passes an honest target', async () => {
    const report = await checkPatiently([process.execPath, PLAIN_TARGET, '--lie=none']);
    assert.deepEqual(faults(report), [], report.lines.map(formatCheckLine).join('\n'));
    assert.equal(report.description?.engine, 'plain');
  });

  // What each lie has to be caught by.
  const LIES: Readonly<Record<string, readonly string[]>> = {
    'constant-clock': ['memset-grows-with-bytes', 'memset-grows-with-calls'],
    'slow-clock': ['memset-accounts-for-time', 'execute-accounts-for-time'],
    'fast-clock': ['memset-arm', 'validate-grows-with-calls'],
    'no-work': ['memset-possible', 'memset-grows-with-bytes'],
    'first-size-only': ['memset-fills-every-size'],
    'no-validation': ['validate-grows-with-bytes'],
    'fewer-calls': ['memset-arm'],
    'wrong-shape': ['describe'],
    'takes-anything': ['load-invalid-module'],
    'dies-of-errors': ['bad-requests', 'not-a-request'],
    'wrong-results': ['invoke'],
    stays: ['exit', 'end-of-input'],
  };
  for (const [lie, caughtBy] of Object.entries(LIES)) {
    it(`fails a target that lies: ${lie}`, async () => {
      const isCaught = (report: CheckReport) => caughtBy.some((name) => failures(report).includes(name));
      let report = await (lie === 'stays' ? checkSoon(lie, isCaught) : check(lie));
      // Noise may lend a liar growth that its times have not, now and then.
      for (let tries = 1; tries < 5 && !isCaught(report); tries++) report = await check(lie);
      const failed = failures(report).join(', ');
      assert.ok(isCaught(report), `${lie} failed ${failed}, none of ${caughtBy.join(', ')}`);
    });
  }

  it('fails a target that crashes, and checks it on in other processes', async () => {
    const report = await check('crash');
    const crash = report.lines.find(({ name }) => name === 'memset-arm');
    assert.match(crash?.detail ?? '', /^crashes: ended with exit code 3 on block/);
    assert.ok(report.lines.some(({ name, passed }) => name === 'exit' && passed));
  });

  it('fails a target that hangs', async () => {
    const detail = ({ lines }: CheckReport) => lines.find(({ name }) => name === 'memset-arm')?.detail ?? '';
    const hangs = /^hangs: no answer to block within \d+(\.\d+)? s/;
    const report = await checkSoon('hang', (one) => hangs.test(detail(one)));
    assert.match(detail(report), hangs);
  });

  it('fails a program that cannot be started', async () => {
    const report = await checkTarget(['./no-such-program']);
    assert.deepEqual(failures(report), ['describe']);
    assert.match(report.lines[0]!.detail, /could not be started/);
  });

  it('writes one line per check', () => {
    const line = formatCheckLine({ name: 'load', passed: false, detail: 'bodyBytes: 1 instead of 2' });
    assert.match(line, /^FAIL {2}load +bodyBytes: 1 instead of 2$/);
  });
});
