import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
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
import { fleetProfile } from '../profile/fleet-example.js';
import { runRecord } from '../reports/run-folder.js';
import { FLEET, stepsOf } from './fleet-files.js';

const NODES = ['node-a', 'node-b', 'node-c'];
/** What a quick look needs, as a ConfigMap of options would say it. */
const QUICK = {
  WASM_DYNO_CALIBRATE_EFFORT: 'smoke',
  WASM_DYNO_CALIBRATE_CORPUS: 'generated',
  WASM_DYNO_CALIBRATE_FORCE: 'true',
};

describe('a fleet as local processes', function () {
  this.timeout(600_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-fleet-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The merging Job's own step, over what lies in a folder. */
  const mergeOf = (results: string, ...more: readonly string[]) => {
    const merge = stepsOf('agree/job.yaml').find(({ name }) => name === 'merge')!;
    const words = merge.args.map((word) => word.replace('/results', results).replace('/agreed', folder));
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words, ...more], {
      env: environment(folder),
      encoding: 'utf8',
    });
    return { status, stderr };
  };
  const agreedIn = (map: { readonly data: Record<string, string> }) =>
    (JSON.parse(map.data['agreed-profile.json']!) as { agreed: { policy: string; profiles: number } }).agreed;
  const configMap = () =>
    JSON.parse(readFileSync(path.join(folder, 'config-map.json'), 'utf8')) as {
      kind: string;
      metadata: { name: string };
      data: Record<string, string>;
    };

  it('calibrates by the very arguments of the Jobs into one directory, and what was written is merged', async () => {
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
    // 3: insufficient data, even by force, as may come of three at once on a few cores. The Job tries those again; what they left is a run
    // without a profile, and those that have one are merged.
    for (const code of codes) assert.ok(code === 0 || code === 3, codes.join());
    const runs = NODES.map((node) => `${node}.calibrate-${node}`);
    assert.deepEqual(readdirSync(results).sort(), runs);
    const written = runs.filter((run) => existsSync(path.join(results, run, 'profile.json')));
    assert.equal(written.length, codes.filter((code) => code === 0).length);
    const { status, stderr } = mergeOf(results, '--force');
    if (written.length >= 2) {
      assert.equal(status, 0, stderr);
      assert.equal(agreedIn(configMap()).profiles, written.length);
    } else {
      assert.equal(status, 1);
      assert.match(stderr, /there is (no profile|one profile alone) to merge/);
    }
  });

  it('merges the profiles of its nodes into a ConfigMap, and passes over a run that came to none', () => {
    const results = path.join(folder, 'results');
    for (const [machine, node] of NODES.entries()) {
      mkdirSync(path.join(results, `${node}.calibrate-${node}`), { recursive: true });
      const profile = JSON.stringify(fleetProfile({ machine, factor: 1 + machine / 10 }));
      writeFileSync(path.join(results, `${node}.calibrate-${node}`, 'profile.json'), profile);
    }
    const failed = path.join(results, 'node-d.calibrate-node-d');
    mkdirSync(failed);
    writeFileSync(path.join(failed, 'run.json'), JSON.stringify(runRecord()));
    const { status, stderr } = mergeOf(results);
    assert.equal(status, 0, stderr);
    const map = configMap();
    assert.deepEqual([map.kind, map.metadata.name], ['ConfigMap', 'wasm-dyno-profile']);
    const { policy, profiles } = agreedIn(map);
    assert.deepEqual([policy, profiles], ['p90', NODES.length]);
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

  it('over SSH without options, from a list whose last line has no end and whose lines are of Windows', () => {
    const [hosts, results, bin] = ['hosts', 'results', 'bin'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(hosts, 'one\r\ntwo');
    mkdirSync(bin);
    stub(bin, 'ssh', `exec sh -c "$4"`);
    stub(bin, 'scp', `exec cp -r "\${4#*:}" "$5"`);
    stub(
      bin,
      'wasm-dyno',
      `echo "$#: $1 $2 $3" >> "${folder}/words"\nmkdir "$4" && echo '{}' > "$4/profile.json"`,
    );
    const { status, stderr } = spawnSync(path.join(FLEET, 'ssh', 'calibrate-fleet.sh'), [hosts, results], {
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
        WASM_DYNO: 'wasm-dyno',
        TMPDIR: folder,
      },
    });
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(readdirSync(results).sort(), ['one', 'two']);
    const words = readFileSync(path.join(folder, 'words'), 'utf8').trim().split('\n');
    assert.deepEqual([...new Set(words)], ['4: calibrate --quiet --out']);
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
