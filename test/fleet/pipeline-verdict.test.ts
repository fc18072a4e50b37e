import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parse } from 'yaml';
import { FLEET } from './fleet-files.js';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

const parsed = (file: string): unknown => parse(readFileSync(path.join(FLEET, 'ci', file), 'utf8'));

describe('what a pipeline makes of the exit code of comparing', () => {
  let folder: string;
  before(function () {
    // Runners of both execute these lines with bash.
    if (process.platform === 'win32') return this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-pipeline-'));
    const npx = path.join(folder, 'npx');
    writeFileSync(
      npx,
      '#!/bin/sh\nif [ "$2" = compare ]; then exit "$COMPARED"; else exit "$CALIBRATED"; fi\n',
    );
    chmodSync(npx, 0o755);
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  function bash(
    script: string,
    variables: Record<string, string>,
  ): { status: number | null; stdout: string } {
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}`, ...variables };
    return spawnSync('bash', ['-eo', 'pipefail', '-c', script], { cwd: folder, env, encoding: 'utf8' });
  }

  const CODES = ['0', '1', '2', '3'];

  it('on GitHub: over the limit and faults fail the job, unsure warns', () => {
    const { jobs } = parsed('github-actions.yml') as { jobs: { compare: { steps: Step[] } } };
    const named = (name: string): string => jobs.compare.steps.find((step) => step.name === name)!.run!;
    const GITHUB_OUTPUT = path.join(folder, 'output');
    for (const code of CODES) {
      const calibrated = bash(named('calibrate both'), { CALIBRATED: code });
      assert.equal(calibrated.status === 0, code === '0' || code === '3', code);
      writeFileSync(GITHUB_OUTPUT, '');
      assert.equal(bash(named('compare'), { COMPARED: code, GITHUB_OUTPUT }).status, 0);
      const output = readFileSync(GITHUB_OUTPUT, 'utf8');
      assert.equal(output, `code=${code}\n`);
      const { status, stdout } = bash(named('tell'), { CODE: code });
      assert.equal(status, code === '3' ? 0 : Number(code));
      assert.equal(stdout.startsWith('::warning::'), code === '3');
    }
  });

  it('on GitLab: over the limit and faults fail the job, unsure is allowed to', () => {
    const job = (
      parsed('gitlab-ci.yml') as {
        'compile-costs': { script: string[]; allow_failure: { exit_codes: number } };
      }
    )['compile-costs'];
    assert.deepEqual(job.allow_failure, { exit_codes: 3 });
    const script = job.script.filter((line) => /npx wasm-dyno/.test(line)).join('\n');
    for (const code of CODES) {
      assert.equal(bash(script, { CALIBRATED: '0', COMPARED: code }).status, Number(code));
      const calibrated = bash(script, { CALIBRATED: code, COMPARED: '0' });
      assert.equal(calibrated.status === 0, code === '0' || code === '3', code);
    }
  });
});
