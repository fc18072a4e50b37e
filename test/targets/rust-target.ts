import { spawnSync } from 'node:child_process';
import type { Context } from 'mocha';

import { ENGINE_TARGETS, type EngineTarget } from '../../dist/harness/targets/engine-targets.js';

export function hasCargo(): boolean {
  return spawnSync('cargo', ['--version']).status === 0;
}

/** The named target, or a test skipped with the reason printed. */
export function targetOrSkip(context: Context, name: string): EngineTarget {
  const target = ENGINE_TARGETS.find((known) => known.name === name)!;
  const missing = target.missing();
  if (missing !== undefined) skipVisibly(context, missing);
  return target;
}

export function skipVisibly(context: Context, reason: string): never {
  process.stdout.write(`      skipped: ${reason}\n`);
  return context.skip();
}
