import type { CorpusOrigin } from '@wasm-dyno/corpora';
import { memsetArmRequest, phaseArmRequest, type Baseline, type PairedArms } from '../schedule/arm-plan.js';
import { helperThreads } from '../machine/process-limits.js';
import { TargetClient, TargetError, TargetFailure, type TargetCommand } from '../targets/client.js';
import type { ArmParams, Description, LoadResult } from '../targets/protocol.js';
import { BlockRunner } from './block.js';

/** A module that targets are to load. */
export interface ModuleFile {
  readonly name: string;
  readonly path: string;
  /** Where it comes from. */
  readonly origin?: CorpusOrigin | undefined;
}

export interface SessionOptions {
  readonly environmentBytes: number;
  readonly lastLevelCacheBytes: number;
  readonly onStandardError?: (text: string) => void;
  /** Told of every process, so that it can be ended when the user wants out. */
  readonly onStart?: (client: TargetClient) => void;
}

/** A fresh target process with what the harness knows of it. */
export class Session {
  private constructor(
    readonly client: TargetClient,
    readonly description: Description,
    readonly blocks: BlockRunner,
  ) {}

  /** @throws TargetFailure when the target cannot be started or does not speak the protocol */
  static async start(command: TargetCommand, options: SessionOptions): Promise<Session> {
    const client = TargetClient.start(command, {
      environment: {
        ...process.env,
        ...helperEnvironment(helperThreads()),
        WASM_DYNO_LLC_BYTES: String(options.lastLevelCacheBytes),
        WASM_DYNO_PADDING: 'x'.repeat(options.environmentBytes),
      },
      ...(options.onStandardError === undefined ? {} : { onStandardError: options.onStandardError }),
    });
    options.onStart?.(client);
    try {
      const description = await client.request('describe', {});
      if (description.protocol !== 1) {
        throw new TargetFailure(command.name, 'protocol', `speaks protocol ${description.protocol}, not 1`);
      }
      return new Session(
        client,
        description,
        new BlockRunner(client, description.clock?.resolutionNanoseconds ?? 0),
      );
    } catch (error) {
      client.kill();
      throw error;
    }
  }

  /** @throws TargetError `invalid-module` with the offset */
  load(module: ModuleFile): Promise<LoadResult> {
    return this.client.request('load', { module: module.name, path: module.path }, 60_000);
  }

  /** Loads without letting the target parse, where it can. */
  async loadUnparsed(module: ModuleFile): Promise<void> {
    try {
      await this.client.request('load', { module: module.name, path: module.path, mode: 'unparsed' }, 60_000);
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      await this.load(module);
    }
  }

  /** Has the target collect garbage now, where it can: what comes then is not billed for what was before. */
  async collect(): Promise<void> {
    if (this.description.collects === true) await this.client.request('collect', {}, 60_000);
  }

  /** What runs each of the phases now, by phase, as far as the target tells. */
  async tiers(pairs: readonly PairedArms[]): Promise<Record<string, string>> {
    const tiers: Record<string, string> = {};
    if (this.description.tellsTiers !== true) return tiers;
    for (const phase of new Set(pairs.map((pair) => pair.phase))) {
      const { tier } = await this.client.request('tier', { phase });
      if (tier !== undefined) tiers[phase] = tier;
    }
    return tiers;
  }

  preparePhase(pair: PairedArms): Promise<void> {
    return this.prepare(phaseArmRequest(pair), pair.bytesPerCall);
  }

  /** @param copy further loops of the same kind have numbers */
  prepareMemset(pair: PairedArms, baseline: Baseline, copy?: number): Promise<void> {
    return this.prepare(memsetArmRequest(pair, baseline, copy), pair.bytesPerCall);
  }

  /** An arm that fills one size, for the sweep. @returns its name */
  async prepareSweep(baseline: Baseline, size: number): Promise<string> {
    const arm = `sweep/${baseline.kernel}/${baseline.regime}/${size}`;
    await this.prepare({ arm, kind: 'memset', ...baseline, sizes: [size] }, size);
    return arm;
  }

  private async prepare(request: ArmParams, bytesPerCall: number): Promise<void> {
    const { bytesPerCall: answered } = await this.client.request('arm', request, 60_000);
    if (answered !== bytesPerCall) {
      throw new TargetFailure(
        this.client.name,
        'protocol',
        `prepared the arm ${request.arm} for ${answered} bytes per call instead of ${bytesPerCall}`,
      );
    }
    this.blocks.know(request.arm, bytesPerCall);
  }
}

/** How Node and Rust targets are told of the number of helper threads. */
export function helperEnvironment(threads: number | undefined): NodeJS.ProcessEnv {
  if (threads === undefined) return {};
  const options = [process.env['NODE_OPTIONS'], `--v8-pool-size=${threads}`].filter(Boolean).join(' ');
  return { NODE_OPTIONS: options, RAYON_NUM_THREADS: String(threads) };
}

/** The modules that some pairs need. */
export function modulesOf(
  pairs: readonly PairedArms[],
  files: ReadonlyMap<string, ModuleFile>,
): ModuleFile[] {
  const names = new Set(pairs.flatMap(({ parts }) => parts.map(({ module }) => module)));
  return [...names].map((name) => files.get(name)!);
}
