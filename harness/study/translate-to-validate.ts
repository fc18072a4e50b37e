import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadRealCorpus } from '@wasm-dyno/corpora';
import { temporaryFolder } from '../machine/temporary-folder.js';
import { median } from '../statistics/index.js';
import { TargetClient, TargetError } from '../targets/client.js';
import { resolveTarget } from '../targets/registry.js';

/** In the run directory, beside the run's own files. */
const QUOTIENTS_FILE = 'translate-to-validate.json';

/**
 * How many times longer Wasmi takes to translate a whole module than to validate it: what its own benchmarks imply, which
 * compile modules whole.
 */
export interface ModuleQuotient {
  readonly engine: string;
  readonly module: string;
  readonly bodyBytes: number;
  /** Medians over rounds of one process. */
  readonly validateNanosecondsPerByte: number;
  readonly translateNanosecondsPerByte: number;
  /** Median over rounds of translating / validating in the block beside it. */
  readonly quotient: number;
}

const ENGINES = ['wasmi', 'wasmi-without-fuel'];
const ROUNDS = 11;
/** Body bytes that a block handles at least. */
const BLOCK_BYTES = 1 << 20;

async function measure(engine: string): Promise<ModuleQuotient[]> {
  const client = TargetClient.start(resolveTarget(engine));
  const folder = temporaryFolder('study');
  const path = join(folder.path, 'module.wasm');
  try {
    const quotients: ModuleQuotient[] = [];
    for (const { name, bytes } of loadRealCorpus({ check: 'parse' }).modules) {
      writeFileSync(path, bytes);
      try {
        quotients.push({ engine, module: name, ...(await measureModule(client, path)) });
      } catch (error) {
        if (!(error instanceof TargetError)) throw error;
        process.stderr.write(`note: ${engine} does not take ${name}: ${error.answer.message}\n`);
      }
    }
    return quotients;
  } finally {
    folder.remove();
    await client.stop();
  }
}

async function measureModule(
  client: TargetClient,
  path: string,
): Promise<Omit<ModuleQuotient, 'engine' | 'module'>> {
  const { bodyBytes } = await client.request('load', { module: 'm', path }, 60_000);
  const phases = ['validate', 'translate'] as const;
  for (const phase of phases) {
    await client.request('arm', { arm: phase, kind: 'phase', phase, module: 'm' });
  }
  const calls = Math.max(1, Math.round(BLOCK_BYTES / bodyBytes));
  const time = async (arm: string): Promise<number> =>
    (await client.request('block', { arm, calls }, 60_000)).nanoseconds / calls / bodyBytes;
  await time('validate');
  await time('translate');
  const rounds: { validate: number; translate: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Either is first in every other round.
    const before = round % 2 === 0 ? await time('validate') : undefined;
    const translate = await time('translate');
    rounds.push({ validate: before ?? (await time('validate')), translate });
  }
  return {
    bodyBytes,
    validateNanosecondsPerByte: median(rounds.map(({ validate }) => validate)),
    translateNanosecondsPerByte: median(rounds.map(({ translate }) => translate)),
    quotient: median(rounds.map(({ validate, translate }) => translate / validate)),
  };
}

/** Empty when nobody measured it. */
export function readModuleQuotients(directory: string): ModuleQuotient[] {
  try {
    return JSON.parse(readFileSync(join(directory, QUOTIENTS_FILE), 'utf8')) as ModuleQuotient[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Measures every installed real module with fuel metering on and off, one process each, and writes the file.
 * @throws UnknownTarget when Wasmi is not built
 */
export async function measureModuleQuotients(directory: string): Promise<ModuleQuotient[]> {
  const quotients: ModuleQuotient[] = [];
  for (const engine of ENGINES) quotients.push(...(await measure(engine)));
  writeFileSync(join(directory, QUOTIENTS_FILE), `${JSON.stringify(quotients, undefined, 2)}\n`);
  return quotients;
}
