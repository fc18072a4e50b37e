import type { Context } from 'mocha';

import { ENGINE_TARGETS, type EngineTarget } from '../../harness/dist/targets/engine-targets.js';

/** The named target, or a test skipped with the reason printed. */
export function targetOrSkip(context: Context, name: string): EngineTarget {
  const target = ENGINE_TARGETS.find((known) => known.name === name)!;
  const missing = target.missing();
  if (missing !== undefined) skipVisibly(context, missing);
  return target;
}

function skipVisibly(context: Context, reason: string): never {
  process.stdout.write(`      skipped: ${reason}\n`);
  return context.skip();
}
