import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { environment, PROGRAM } from '../cli/command-line.js';
import { FLEET, stepsOf } from './fleet-files.js';

const NODES = ['node-a', 'node-b', 'node-c'];
/** What a quick look needs, as a ConfigMap of options would say it. */
const QUICK = {
  WASM_DYNO_CALIBRATE_EFFORT: 'smoke',
  WASM_DYNO_CALIBRATE_CORPUS: 'generated',
  WASM_DYNO_CALIBRATE_FORCE: 'true',
};

describe('a fleet as local processes', function () {
  this.timeout(300_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-fleet-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('calibrates by the very arguments of the Jobs into one directory, and is merged into a ConfigMap', async () => {
    const results = path.join(folder, 'results');
    mkdirSync(results);
    const [calibrate] = stepsOf('calibrate/job.yaml');
    const codes = await Promise.all(
      NODES.map((node) => {
        const home = path.join(folder, node);
        mkdirSync(home);
        const values = { NODE_NAME: node, POD_NAME: `calibrate-${node}` } as Record<string, string>;
        const words = calibrate!.args.map((word) =>
          word.replace(/\$\((\w+)\)/g, (_, name: string) => values[name]!).replace('/results', results),
        );
        // A machine of its own: the lock and the temporary files of another are not seen.
        const child = spawn(process.execPath, [PROGRAM, ...words], {
          cwd: home,
          env: { ...environment(home), ...QUICK },
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        return new Promise<number | null>((resolve) => child.on('close', resolve));
      }),
    );
    assert.deepEqual(codes, [0, 0, 0]);
    assert.deepEqual(
      readdirSync(results).sort(),
      NODES.map((node) => `${node}.calibrate-${node}`),
    );

    const merge = stepsOf('agree/job.yaml').find(({ name }) => name === 'merge')!;
    const words = merge.args.map((word) => word.replace('/results', results).replace('/agreed', folder));
    execFileSync(process.execPath, [PROGRAM, ...words, '--force'], {
      env: environment(folder),
      stdio: 'pipe',
    });
    const map = JSON.parse(readFileSync(path.join(folder, 'config-map.json'), 'utf8')) as {
      kind: string;
      metadata: { name: string };
      data: Record<string, string>;
    };
    assert.deepEqual([map.kind, map.metadata.name], ['ConfigMap', 'wasm-dyno-profile']);
    const { agreed } = JSON.parse(map.data['agreed-profile.json']!) as {
      agreed: { policy: string; profiles: number };
    };
    assert.deepEqual([agreed.policy, agreed.profiles], ['p90', NODES.length]);
  });

  it('over SSH: results of each host are fetched, a host that fails is named, and the next try measures it alone', () => {
    const [hosts, results, bin] = ['hosts', 'results', 'bin'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(hosts, 'user@one\n# not this\n\ntwo\nbroken\n');
    mkdirSync(bin);
    // Hosts that are this machine; one of them cannot be reached while a file says so.
    stub(
      bin,
      'ssh',
      `[ "$3" != broken ] || [ ! -e "${folder}/down" ] || exit 255\necho "$3" >> "${folder}/reached"\nexec sh -c "$4"`,
    );
    stub(bin, 'scp', `exec cp -r "\${4#*:}" "$5"`);
    stub(
      bin,
      'wasm-dyno',
      `while [ $# -gt 0 ]; do [ "$1" = --out ] && out=$2; shift; done\nmkdir "$out" && echo '{}' > "$out/profile.json"`,
    );
    const run = () =>
      spawnSync(path.join(FLEET, 'ssh', 'calibrate-fleet.sh'), [hosts, results, '--effort', 'quick'], {
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
          WASM_DYNO: 'wasm-dyno',
          TMPDIR: folder,
        },
      });
    writeFileSync(path.join(folder, 'down'), '');
    const first = run();
    assert.deepEqual([first.status, first.stderr], [1, 'calibrate-fleet: failed on: broken\n']);
    assert.deepEqual(readdirSync(results).sort(), ['two', 'user_one']);
    rmSync(path.join(folder, 'down'));
    rmSync(path.join(folder, 'reached'));
    const second = run();
    assert.deepEqual([second.status, second.stderr], [0, '']);
    assert.ok(existsSync(path.join(results, 'broken', 'profile.json')));
    assert.deepEqual(
      [...new Set(readFileSync(path.join(folder, 'reached'), 'utf8').trim().split('\n'))],
      ['broken'],
    );
  });

  it('on Nomad by the same arguments as on Kubernetes', () => {
    const text = readFileSync(path.join(FLEET, 'nomad', 'calibrate.nomad.hcl'), 'utf8');
    const args = JSON.parse(/^ *args += (\[.*\])$/m.exec(text)![1]!) as string[];
    const [calibrate] = stepsOf('calibrate/job.yaml');
    const plain = (words: readonly string[]) =>
      words.map((word) => word.replace(/^\/results\/.*$/, '/results'));
    assert.deepEqual(plain(args), plain(calibrate!.args));
  });
});

function stub(bin: string, name: string, script: string): void {
  const file = path.join(bin, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
