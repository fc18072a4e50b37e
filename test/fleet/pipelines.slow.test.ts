import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type * as WorkflowParser from '@actions/workflow-parser';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { wasmDyno } from '../cli/command-line.js';
import { FLEET } from './fleet-files.js';

const textOf = (file: string): string => readFileSync(path.join(FLEET, file), 'utf8');

describe('snippets for pipelines and containers', function () {
  this.timeout(600_000);
  let folder: string;
  let parser: typeof WorkflowParser;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-workflow-'));
    // GitHub's own parser imports JSON as Node does not let it.
    const outfile = path.join(folder, 'parser.cjs');
    const contents = `export * from '@actions/workflow-parser'`;
    const stdin = { contents, resolveDir: import.meta.dirname };
    await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs' });
    parser = createRequire(import.meta.url)(outfile) as typeof WorkflowParser;
  });
  after(() => rmSync(folder, { recursive: true }));

  async function faultsOf(content: string): Promise<string[]> {
    const { context, value } = parser.parseWorkflow(
      { name: 'workflow.yml', content },
      new parser.NoOperationTraceWriter(),
    );
    const { errors = [] } = value === undefined ? {} : await parser.convertWorkflowTemplate(context, value);
    return [
      ...context.errors.getErrors().map(({ message }) => message),
      ...errors.map(({ Message }) => Message),
    ];
  }

  it("the workflow is one by GitHub's own parser, which finds faults", async () => {
    const text = textOf('ci/github-actions.yml');
    assert.deepEqual(await faultsOf(text), []);
    assert.notDeepEqual(await faultsOf(text.replace('timeout-minutes', 'timeout')), []);
    assert.notDeepEqual(
      await faultsOf(text.replace('github.event.pull_request.base.sha }}', 'github.event( }}')),
      [],
    );
  });

  it('pipelines calibrate both sides, compare them, and comment whatever comes of it', async () => {
    const github = parse(textOf('ci/github-actions.yml')) as {
      jobs: { compare: { env: object; steps: { run?: string }[] } };
    };
    const gitlab = parse(textOf('ci/gitlab-ci.yml')) as {
      'compile-costs': { script: string[]; after_script: string[]; variables: object };
    };
    const job = gitlab['compile-costs'];
    const scripts = [github.jobs.compare.steps.map(({ run = '' }) => run).join('\n'), job.script.join('\n')];
    for (const script of scripts) {
      const commands = [...script.matchAll(/npx wasm-dyno (.*)/g)].map(([, words]) => words!);
      assert.deepEqual(
        commands.map((one) => one.split(' ')[0]),
        ['calibrate', 'calibrate', 'compare'],
      );
      assert.match(commands[2]!, /--fail-over 10% --format markdown --out comment\.md(?: \|\| code=\$\?)?$/);
      // The options are there, and the environment's too.
      for (const one of commands) {
        const options = [...one.matchAll(/ (--[\w-]+)/g)].map(([, option]) => option!);
        const { stdout } = await wasmDyno([one.split(' ')[0]!, '--help']);
        for (const option of options) assert.ok(stdout.includes(option), option);
      }
    }
    for (const variables of [github.jobs.compare.env, job.variables]) {
      const given = Object.keys(variables).filter((name) => name.startsWith('WASM_DYNO_'));
      const { stdout } = await wasmDyno(['calibrate', '--explain-config', '--json']);
      const options = (JSON.parse(stdout) as { options: { option: string }[] }).options.map(
        ({ option }) => option,
      );
      for (const name of given)
        assert.ok(options.includes(name.slice('WASM_DYNO_CALIBRATE_'.length).toLowerCase()), name);
    }
    assert.match(job.after_script.join('\n'), /comment\.md/);
  });

  it('the container runs the installed program, without a shell, as nobody', () => {
    const text = textOf('Containerfile');
    const last = text.slice(text.lastIndexOf('\nFROM '));
    const { bin } = JSON.parse(readFileSync(path.join(FLEET, '..', 'package.json'), 'utf8')) as {
      bin: { 'wasm-dyno': string };
    };
    const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(last)![1]!) as string[];
    assert.equal(entry[1], `/opt/wasm-dyno/node_modules/wasm-dyno/${bin['wasm-dyno']}`);
    assert.match(last, /^FROM gcr\.io\/distroless\/[^ ]+:nonroot$/m);
    assert.match(last, /^USER 65532:65532$/m);
    assert.doesNotMatch(last, /^(RUN|ADD) /m);
  });
});
