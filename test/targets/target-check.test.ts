import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import {
  checkTarget,
  formatCheckLine,
  type CheckReport,
} from '../../harness/dist/targets/check/check-target.js';

const PLAIN_TARGET = fileURLToPath(new URL('./fixtures/plain-target.mjs', import.meta.url));

function check(lie: string, timeoutMilliseconds = 10_000): Promise<CheckReport> {
  return checkTarget([process.execPath, PLAIN_TARGET, `--lie=${lie}`], { timeoutMilliseconds });
}

function failures(report: CheckReport): string[] {
  return report.lines.filter(({ passed }) => !passed).map(({ name }) => name);
}

describe('target check', function () {
  this.timeout(120_000);

  it('passes an honest target', async () => {
    const report = await check('none');
    assert.deepEqual(failures(report), [], report.lines.map(formatCheckLine).join('\n'));
    assert.ok(report.passed);
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
      const report = await check(lie, lie === 'stays' ? 1000 : 10_000);
      const failed = failures(report);
      assert.ok(!report.passed);
      assert.ok(
        caughtBy.some((name) => failed.includes(name)),
        `${lie} failed ${failed.join(', ')}, none of ${caughtBy.join(', ')}`,
      );
    });
  }

  it('fails a target that crashes, and checks it on in other processes', async () => {
    const report = await check('crash');
    const crash = report.lines.find(({ name }) => name === 'memset-arm');
    assert.match(crash?.detail ?? '', /^crashes: ended with exit code 3 on block/);
    assert.ok(report.lines.some(({ name, passed }) => name === 'exit' && passed));
  });

  it('fails a target that hangs', async () => {
    const report = await check('hang', 500);
    const hang = report.lines.find(({ name }) => name === 'memset-arm');
    assert.match(hang?.detail ?? '', /^hangs: no answer to block within 0.5 s/);
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
