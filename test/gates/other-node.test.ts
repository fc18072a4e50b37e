import { equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

function otherNode(...values: string[]): { status: number | null; stderr: string } {
  const script = ['--import', './register.mjs', 'test/gates/other-node.ts'];
  return spawnSync(process.execPath, [...script, ...values], { cwd: root, encoding: 'utf8' });
}

describe('npm run other-node', () => {
  it('names the versions when given another one, or no command', () => {
    for (const values of [[], ['24'], ['19', 'node'], ['constructor', 'node']]) {
      const { status, stderr } = otherNode(...values);
      equal(status, 2, values.join(' '));
      match(stderr, /^usage: npm run other-node -- 22\|24\|26 COMMAND\.\.\.$/m);
    }
  });
});
