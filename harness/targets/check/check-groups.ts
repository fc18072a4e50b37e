import { counted } from '@wasm-dyno/reports/wording';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../machine/temporary-folder.js';
import type { Description, TargetPhase } from '../protocol.js';
import { CheckFailure, type CheckSession } from './check-session.js';
import {
  invalidModule,
  malformedModule,
  manyFunctions,
  program,
  sum,
  type ProbeModule,
} from './probe-modules.js';
import { accountsForTime, callTime, growsWithCalls, repeats, timeBlock, withPatience } from './timing.js';

/** Runs one named check in the group's process. */
export type RunCheck = (name: string, check: () => Promise<string | undefined>) => Promise<void>;

/** Checks that share one process of the target. */
export interface CheckGroup {
  readonly name: string;
  run(session: CheckSession, check: RunCheck): Promise<void>;
}

/** No core writes so many bytes in a nanosecond: into its caches, and into main memory. */
const MOST_BYTES_PER_NANOSECOND = { hot: 1000, memory: 400 };
const LARGE_FILL_BYTES = 64 * 1024 * 1024;

/** Files with the modules that the checks load. */
export class ProbeFiles {
  private readonly folder = temporaryFolder('check');
  readonly small = manyFunctions(48);
  readonly large = manyFunctions(48 * 16);
  readonly smallPath = this.write('small.wasm', this.small.bytes);
  readonly largePath = this.write('large.wasm', this.large.bytes);
  readonly programPath = this.write('program.wasm', program());
  readonly invalidPath = this.write('invalid.wasm', invalidModule());
  readonly malformedPath = this.write('malformed.wasm', malformedModule());
  readonly missingPath = join(this.folder.path, 'missing.wasm');

  remove(): void {
    this.folder.remove();
  }

  private write(name: string, bytes: Uint8Array): string {
    const path = join(this.folder.path, name);
    writeFileSync(path, bytes);
    return path;
  }
}

/** The groups for a target that describes itself so. */
export function checkGroups(description: Description, files: ProbeFiles): CheckGroup[] {
  return [
    { name: 'load', run: (session, check) => checkLoading(session, check, files, description) },
    { name: 'errors', run: (session, check) => checkErrors(session, check, files, description) },
    { name: 'memset', run: (session, check) => checkMemset(session, check, description) },
    ...description.phases
      .filter((phase) => phase !== 'execute')
      .map((phase) => ({
        name: phase,
        run: (session: CheckSession, check: RunCheck) => checkPhase(session, check, phase, files),
      })),
    ...(description.executes
      ? [
          {
            name: 'execute',
            run: (session: CheckSession, check: RunCheck) => checkExecution(session, check, files),
          },
        ]
      : []),
    ...(description.charges === true
      ? [
          {
            name: 'charge',
            run: (session: CheckSession, check: RunCheck) => checkCharges(session, check, files),
          },
        ]
      : []),
    { name: 'exit', run: checkExit },
    { name: 'end-of-input', run: checkEndOfInput },
  ];
}

async function checkLoading(
  session: CheckSession,
  check: RunCheck,
  files: ProbeFiles,
  description: Description,
): Promise<void> {
  await check('load', async () => {
    const { result } = await session.result('load', { module: 'small', path: files.smallPath });
    expectEqual('moduleBytes', result.moduleBytes, files.small.bytes.length);
    expectEqual('bodyBytes', result.bodyBytes, files.small.bodyBytes);
    if (result.functions.length === 0) return 'tells no functions apart';
    const told = result.functions.map(({ index, bodyBytes }) => `${index}: ${bodyBytes}`).join(', ');
    const known = files.small.functions.map(({ index, bodyBytes }) => `${index}: ${bodyBytes}`).join(', ');
    if (told !== known)
      throw new CheckFailure(`tells functions ${told.slice(0, 60)} instead of ${known.slice(0, 60)}`);
    return counted(result.functions.length, 'function');
  });
  await check('load-invalid-module', async () => {
    await session.refusal('load', { module: 'bad', path: files.malformedPath }, 'invalid-module');
    const when = await refusesInvalidBody(session, files, description);
    return `refused at ${when}, and lives on`;
  });
}

/** A body that is not valid is refused at `load`, or at the latest by the phase that looks at it. @returns when */
async function refusesInvalidBody(
  session: CheckSession,
  files: ProbeFiles,
  description: Description,
): Promise<string> {
  const refused = ({ error }: { readonly error?: { readonly code: string } | undefined }): boolean =>
    error?.code === 'invalid-module';
  if (refused(await session.ask('load', { module: 'bad', path: files.invalidPath }))) return 'load';
  const phase = (['validate', 'compile', 'first-call'] as const).find((one) =>
    description.phases.includes(one),
  );
  if (phase !== undefined) {
    if (refused(await session.ask('arm', { arm: 'bad', kind: 'phase', phase, module: 'bad' }))) return 'arm';
    if (refused(await session.ask('block', { arm: 'bad', calls: 1 }))) return 'block';
  }
  throw new CheckFailure('takes a module with a body that is not valid');
}

async function checkErrors(
  session: CheckSession,
  check: RunCheck,
  files: ProbeFiles,
  description: Description,
): Promise<void> {
  const memset = description.memset[0]!;
  const memsetArm = {
    arm: 'm',
    kind: 'memset',
    kernel: memset.kernel,
    regime: memset.regimes[0],
    sizes: [64],
  };
  await check('bad-requests', async () => {
    await session.refusal('no-such-method', {}, 'unsupported', 'bad-request');
    await session.refusal('load', { module: 'gone', path: files.missingPath }, 'bad-request');
    await session.refusal('block', { arm: 'never-armed', calls: 1 }, 'bad-request');
    await session.refusal('arm', { arm: 'x', kind: 'no-such-kind' }, 'bad-request', 'unsupported');
    await session.refusal('arm', { ...memsetArm, kernel: 'no-such-kernel' }, 'unsupported', 'bad-request');
    await session.refusal('arm', { ...memsetArm, sizes: [] }, 'bad-request');
    await session.refusal('arm', { ...memsetArm, sizes: [-1] }, 'bad-request');
    await session.result('arm', memsetArm as Parameters<typeof session.ask<'arm'>>[1]);
    for (const calls of [0, -1, 1.5, 'many'])
      await session.refusal('block', { arm: 'm', calls }, 'bad-request');
    if (description.phases.length > 0) {
      const phase = description.phases[0]!;
      await session.refusal('arm', { arm: 'p', kind: 'phase', phase, module: 'never-loaded' }, 'bad-request');
    }
    return 'refused, and lives on';
  });
  await check('not-a-request', async () => {
    await session.refusalOfLine('this is not JSON');
    await session.refusalOfLine('{"params":{}}');
    await session.describe();
    return 'refused, and lives on';
  });
}

async function checkMemset(session: CheckSession, check: RunCheck, description: Description): Promise<void> {
  const [{ kernel, regimes }] = description.memset as readonly [Description['memset'][number]];
  const arm = async (name: string, regime: string, sizes: readonly number[]): Promise<number> => {
    const params = { arm: name, kind: 'memset', kernel, regime, sizes } as Parameters<
      typeof session.ask<'arm'>
    >[1];
    const { result } = await session.result('arm', params);
    expectEqual('bytesPerCall', result.bytesPerCall, sum(sizes));
    return result.bytesPerCall;
  };
  const regime = regimes.includes('hot') ? 'hot' : regimes[0]!;
  await check('memset-arm', async () => {
    for (const { kernel: known, regimes: offered } of description.memset) {
      for (const one of offered) {
        const params = {
          arm: `${known}/${one}`,
          kind: 'memset',
          kernel: known,
          regime: one,
          sizes: [4096, 100],
        } as const;
        const { result } = await session.result('arm', params);
        expectEqual(`bytesPerCall of ${known} in ${one}`, result.bytesPerCall, 4196);
        await timeBlock(session, params.arm, 3, 4196);
      }
    }
    return description.memset
      .map(({ kernel: known, regimes: offered }) => `${known}: ${offered.join(' ')}`)
      .join('; ');
  });
  await check('memset-accounts-for-time', () =>
    withPatience(async () => accountsForTime(session, 'account', await arm('account', regime, [65_536]))),
  );
  await check('memset-grows-with-calls', () =>
    withPatience(async () => growsWithCalls(session, 'grow', await arm('grow', regime, [16_384]))),
  );
  await check('memset-grows-with-bytes', () =>
    withPatience(async () => {
      const small = await callTime(session, 'small', await arm('small', regime, [16_384]));
      const large = await callTime(session, 'large', await arm('large', regime, [16 * 16_384]));
      return growth('16 times the bytes', small, large, 4);
    }),
  );
  await check('memset-fills-every-size', () =>
    withPatience(async () => {
      const one = await callTime(session, 'one', await arm('one', regime, [16_384]));
      const eight = await callTime(
        session,
        'eight',
        await arm('eight', regime, Array<number>(8).fill(16_384)),
      );
      return growth('eight sizes instead of one', one, eight, 4);
    }),
  );
  await check('memset-possible', () =>
    withPatience(async () => {
      const place = regimes.includes('memory') ? 'memory' : regime;
      const bytes = await arm('largest', place, [LARGE_FILL_BYTES]);
      const nanoseconds = await callTime(session, 'largest', bytes);
      const bytesPerNanosecond = bytes / nanoseconds;
      if (bytesPerNanosecond > MOST_BYTES_PER_NANOSECOND[place === 'memory' ? 'memory' : 'hot']) {
        throw new CheckFailure(
          `fills 64 MiB in ${nanoseconds.toFixed(0)} ns: no memory is so quick, nothing was filled`,
        );
      }
      return `64 MiB in ${(nanoseconds / 1e6).toFixed(2)} ms (${place})`;
    }),
  );
  await check('memset-repeats', () =>
    withPatience(async () => repeats(session, 'again', await arm('again', regime, [65_536]))),
  );
}

async function checkPhase(
  session: CheckSession,
  check: RunCheck,
  phase: Exclude<TargetPhase, 'execute'>,
  files: ProbeFiles,
): Promise<void> {
  const bytesOf = (module: ProbeModule): number =>
    phase === 'parse' ? module.bytes.length : module.bodyBytes;
  await check(`${phase}-arm`, async () => {
    await session.result('load', { module: 'small', path: files.smallPath });
    await session.result('load', { module: 'large', path: files.largePath });
    const { result } = await session.result('arm', { arm: 'small', kind: 'phase', phase, module: 'small' });
    expectEqual('bytesPerCall', result.bytesPerCall, bytesOf(files.small));
    await session.result('arm', { arm: 'large', kind: 'phase', phase, module: 'large' });
    if (result.granularity === 'module') return 'per module';
    return (await checkSubset(session, phase, files))
      ? 'per function'
      : 'per function, all of a module together';
  });
  await check(`${phase}-curve`, async () => {
    const { result, outsideNanoseconds } = await session.result('curve', { arm: 'small', calls: 5 });
    expectEqual('times in the curve', result.nanoseconds.length, 5);
    if (sum([...result.nanoseconds]) > outsideNanoseconds) {
      throw new CheckFailure(`the curve adds up to more than the ${outsideNanoseconds} ns that passed`);
    }
    return undefined;
  });
  await check(`${phase}-grows-with-calls`, () =>
    withPatience(() => growsWithCalls(session, 'small', bytesOf(files.small))),
  );
  await check(`${phase}-grows-with-bytes`, () =>
    withPatience(async () => {
      const small = await callTime(session, 'small', bytesOf(files.small));
      const large = await callTime(session, 'large', bytesOf(files.large));
      return growth('16 times the functions', small, large, 2);
    }),
  );
  await check(`${phase}-repeats`, () => withPatience(() => repeats(session, 'small', bytesOf(files.small))));
}

/** An arm of two of the functions; false when the target takes all or none. */
async function checkSubset(session: CheckSession, phase: TargetPhase, files: ProbeFiles): Promise<boolean> {
  const chosen = [files.small.functions[3]!, files.small.functions[7]!];
  const functions = chosen.map(({ index }) => index);
  const { result, error } = await session.ask('arm', {
    arm: 'two',
    kind: 'phase',
    phase,
    module: 'small',
    functions,
  });
  if (error !== undefined) {
    if (error.code === 'unsupported') return false;
    throw new CheckFailure(`an arm of two functions was answered with ${error.code}: ${error.message}`);
  }
  const bytes = sum(chosen.map(({ bodyBytes }) => bodyBytes));
  expectEqual('bytesPerCall of two functions', result!.bytesPerCall, bytes);
  await timeBlock(session, 'two', 2, bytes);
  return true;
}

async function checkExecution(session: CheckSession, check: RunCheck, files: ProbeFiles): Promise<void> {
  const call = async (name: string, ...values: string[]): Promise<string> => {
    const { result } = await session.result('invoke', { module: 'program', export: name, arguments: values });
    return result.results.join(' ');
  };
  await check('invoke', async () => {
    await session.result('load', { module: 'program', path: files.programPath });
    expectEqual('add(2, 40)', await call('add', '2', '40'), '42');
    expectEqual('add(2147483647, 1)', await call('add', '2147483647', '1'), '-2147483648');
    expectEqual('add64', await call('add64', '9007199254740993', '1'), '9007199254740994');
    await session.refusal('invoke', { module: 'program', export: 'trap', arguments: [] }, 'trap');
    await session.refusal('invoke', { module: 'program', export: 'none', arguments: [] }, 'bad-request');
    await session.refusal('invoke', { module: 'program', export: 'add', arguments: ['1'] }, 'bad-request');
    return 'right results, traps told';
  });
  const spin = async (name: string, rounds: number): Promise<number> => {
    const { result } = await session.result('arm', {
      arm: name,
      kind: 'phase',
      phase: 'execute',
      module: 'program',
      export: 'spin',
      arguments: [String(rounds)],
    });
    return result.bytesPerCall;
  };
  await check('execute-grows-with-work', () =>
    withPatience(async () => {
      const few = await callTime(session, 'few', await spin('few', 1000));
      const many = await callTime(session, 'many', await spin('many', 16_000));
      return growth('16 times the loop', few, many, 4);
    }),
  );
  await check('execute-grows-with-calls', () =>
    withPatience(async () => growsWithCalls(session, 'calls', await spin('calls', 1000))),
  );
  await check('execute-accounts-for-time', () =>
    withPatience(async () => accountsForTime(session, 'account', await spin('account', 10_000))),
  );
}

async function checkCharges(session: CheckSession, check: RunCheck, files: ProbeFiles): Promise<void> {
  await check('charge', async () => {
    await session.result('load', { module: 'small', path: files.smallPath });
    const chosen = [files.small.functions[0]!, files.small.functions[40]!];
    const functions = chosen.map(({ index }) => index);
    const { result } = await session.result('charge', { module: 'small', mode: 'lazy', functions });
    const told = result.charges.map(({ index, bodyBytes }) => `${index}: ${bodyBytes}`).join(', ');
    expectEqual('functions charged', told, chosen.map((f) => `${f.index}: ${f.bodyBytes}`).join(', '));
    return result.charges.map(({ fuel, bodyBytes }) => `${fuel} fuel for ${bodyBytes} bytes`).join(', ');
  });
}

async function checkExit(session: CheckSession, check: RunCheck): Promise<void> {
  await check('exit', async () => {
    await session.describe();
    await session.result('exit', {});
    await session.endsWell();
    return undefined;
  });
}

async function checkEndOfInput(session: CheckSession, check: RunCheck): Promise<void> {
  await check('end-of-input', async () => {
    await session.describe();
    session.closeInput();
    await session.endsWell();
    return undefined;
  });
}

function growth(what: string, small: number, large: number, atLeast: number): string {
  const factor = large / small;
  if (!(factor >= atLeast)) {
    throw new CheckFailure(
      `${what}: ${small.toFixed(1)} ns became ${large.toFixed(1)} ns, less than ${atLeast} times`,
    );
  }
  return `${what}: factor ${factor.toFixed(2)}`;
}

function expectEqual(what: string, seen: number | string, expected: number | string): void {
  if (seen !== expected) throw new CheckFailure(`${what}: ${seen} instead of ${expected}`);
}
