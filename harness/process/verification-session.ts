import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generateCorpus } from '@wasm-dyno/corpora';
import { temporaryFolder } from '../machine/temporary-folder.js';
import type { ArmParams, LoadResult } from '../targets/protocol.js';
import type { TargetCommand } from '../targets/client.js';
import type { VerificationArm, VerificationProcess, VerificationTarget } from '../verify/index.js';
import { primaryBaseline, type Baseline } from '../schedule/arm-plan.js';
import { quickerReference } from '@wasm-dyno/reports/noise';
import { blockFlags } from '../guards/flags.js';
import { countersInside } from './block.js';
import { QuietCore } from './quiet-core.js';
import { Session } from './session.js';

/**
 * What a process may spend on waiting for a core that nobody else has part of. The same work against itself is disturbed alike on both
 * sides, and need not wait.
 */
const MOST_WAITED_MILLISECONDS: Readonly<Record<ModuleName, number>> = { closure: 1500, repeated: 0 };
/** A memset that does next to nothing: only the reference loop beside it is of interest. */
const LOOKING_ARM = 'look';
const LOOKING_BYTES = 64;

/**
 * What is compiled to find out whether the intervals hold: bodies of these sizes, so many of each. The closure is taken over sizes in
 * which real modules have their bytes, and so many that one call makes a block: bodies that come again within a block are known to the
 * processor's branch prediction, the more the shorter the phase, and the parts then seem to take less than the whole.
 */
const MODULES = {
  closure: { bodySizes: [256, 1024, 4096, 16384], functionsOfEach: 12 },
  repeated: { bodySizes: [256, 1024, 4096], functionsOfEach: 3 },
} as const;
type ModuleName = keyof typeof MODULES;

/** A target to verify the statistics on, and what must be removed afterwards. */
export interface VerificationSession {
  readonly target: VerificationTarget;
  remove(): void;
}

/** Verification arms as arms of a target that knows functions, over generated modules. */
export function verificationSession(
  command: TargetCommand,
  lastLevelCacheBytes: number,
): VerificationSession {
  const { path: folder, remove } = temporaryFolder('verify');
  const pathOf = (name: ModuleName): string => join(folder, `${name}.wasm`);
  for (const name of ['closure', 'repeated'] as const) {
    const { bodySizes, functionsOfEach } = MODULES[name];
    const families = ['arithmetic'] as const;
    // So that a first call is compiling and little else.
    const returnsForZero = name === 'closure';
    const corpus = generateCorpus({
      ...{ families, bodySizes, returnsForZero },
      functionsPerSize: () => functionsOfEach,
    });
    writeFileSync(pathOf(name), corpus.modules[0]!.bytes);
  }
  let opened = 0;
  return {
    target: {
      open: async (arms): Promise<VerificationProcess> => {
        const session = await Session.start(command, {
          environmentBytes: 1 + 16 * (opened++ % 64),
          lastLevelCacheBytes,
        });
        try {
          const loaded = new Map<ModuleName, LoadResult>();
          for (const arm of arms) {
            const name = moduleOf(arm);
            const module = loaded.get(name) ?? (await session.load({ name, path: pathOf(name) }));
            loaded.set(name, module);
            const baseline = primaryBaseline(session.description);
            await session.client.request('arm', requestOf(arm, name, module, baseline), 60_000);
          }
          const look: ArmParams = {
            ...{ arm: LOOKING_ARM, kind: 'memset', sizes: [LOOKING_BYTES] },
            ...primaryBaseline(session.description),
          };
          await session.client.request('arm', look, 60_000);
        } catch (error) {
          session.client.kill();
          throw error;
        }
        const run = (arm: string, calls: number) => session.client.request('block', { arm, calls }, 120_000);
        const quiet = new QuietCore({
          look: async () => quickerReference(await run(LOOKING_ARM, 1)),
        });
        return {
          measureBlock: async (arm, calls) => {
            await quiet.wait(MOST_WAITED_MILLISECONDS[moduleOf(arm)]);
            const block = await run(arm, calls);
            quiet.saw(quickerReference(block));
            return { ...block, flags: blockFlags(block, countersInside(block)) };
          },
          close: () => session.client.stop(),
        };
      },
    },
    remove,
  };
}

function moduleOf(arm: VerificationArm): ModuleName {
  return ['single', 'single-copy', 'double', 'memset', 'memset-copy'].includes(arm) ? 'repeated' : 'closure';
}

function requestOf(
  arm: VerificationArm,
  module: ModuleName,
  { functions }: LoadResult,
  baseline: Baseline,
): ArmParams {
  const indices = functions.map(({ index }) => index);
  const phase = { arm, kind: 'phase', module } as const;
  switch (arm) {
    case 'single':
    case 'single-copy':
      return { ...phase, phase: 'validate', functions: indices };
    case 'memset':
    case 'memset-copy':
      return { arm, kind: 'memset', ...baseline, sizes: functions.map(({ bodyBytes }) => bodyBytes) };
    case 'double':
      return { ...phase, phase: 'validate', functions: [...indices, ...indices] };
    case 'first-call':
      return { ...phase, phase: 'compile', functions: indices };
    default:
      return { ...phase, phase: arm, functions: indices };
  }
}
