import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

import { generateCorpus } from '../../corpora/index.js';
import type { ArmParams, LoadResult } from '../targets/protocol.js';
import type { TargetCommand } from '../targets/client.js';
import type { VerificationArm, VerificationProcess, VerificationTarget } from '../verify/index.js';
import { Session } from './session.js';

/** Functions that are compiled to find out whether the intervals hold: bodies of these sizes, so many of each. Sizes in which real modules have their bytes. */
const BODY_BYTES = [256, 1024, 4096, 16384];
const FUNCTIONS_OF_EACH = 3;

/** A target to verify the statistics on, and what must be removed afterwards. */
export interface VerificationSession {
  readonly target: VerificationTarget;
  remove(): void;
}

/** Verification arms as arms of a target that knows functions, over a small generated module. */
export function verificationSession(
  command: TargetCommand,
  lastLevelCacheBytes: number,
): VerificationSession {
  const folder = mkdtempSync(join(os.tmpdir(), 'wasm-dyno-verify-'));
  const path = join(folder, 'module.wasm');
  const corpus = generateCorpus({
    families: ['arithmetic'],
    bodySizes: BODY_BYTES,
    functionsPerSize: () => FUNCTIONS_OF_EACH,
  });
  writeFileSync(path, corpus.modules[0]!.bytes);
  let opened = 0;
  return {
    target: {
      open: async (arms): Promise<VerificationProcess> => {
        const session = await Session.start(command, {
          environmentBytes: 1 + 16 * (opened++ % 64),
          lastLevelCacheBytes,
        });
        try {
          const loaded = await session.load({ name: 'module', path });
          for (const arm of arms) await session.client.request('arm', requestOf(arm, loaded), 60_000);
        } catch (error) {
          session.client.kill();
          throw error;
        }
        return {
          measureBlock: async (arm, calls) =>
            (await session.client.request('block', { arm, calls }, 120_000)).nanoseconds,
          close: () => session.client.stop(),
        };
      },
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function requestOf(arm: VerificationArm, { functions }: LoadResult): ArmParams {
  const indices = functions.map(({ index }) => index);
  const phase = { arm, kind: 'phase', module: 'module' } as const;
  switch (arm) {
    case 'single':
    case 'single-copy':
      return { ...phase, phase: 'validate', functions: indices };
    case 'double':
      return { ...phase, phase: 'validate', functions: [...indices, ...indices] };
    case 'first-call':
      return { ...phase, phase: 'compile', functions: indices };
    default:
      return { ...phase, phase: arm, functions: indices };
  }
}
