import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';
import type { ExecutorName, Finding } from './fuzz-run.js';

/** What a failing module's `.json` says beside its bytes: enough to replay it. */
export interface FailureRecord {
  readonly moduleSeed: number;
  readonly runSeed: number;
  readonly source: string;
  readonly compareBehaviour: boolean;
  readonly executor: ExecutorName;
  readonly kind: string;
  readonly detail: string;
}

/** Where failing modules are kept: bytes, record, and the minimised module as bytes and text. */
export class FailureFolder {
  private readonly current: string;

  constructor(
    readonly path: string,
    private readonly runSeed: number,
    private readonly executor: ExecutorName,
  ) {
    mkdirSync(path, { recursive: true });
    this.current = join(path, `running-${process.pid}.json`);
  }

  /** Notes which module is at work, so that one that never ends is known when the run is killed. */
  begin(moduleSeed: number): void {
    writeFileSync(
      this.current,
      `${JSON.stringify({ runSeed: this.runSeed, moduleSeed, executor: this.executor })}\n`,
    );
  }

  end(): void {
    rmSync(this.current, { force: true });
  }

  /** Writes the module and its record; returns the module's path. */
  save({ bytes, moduleSeed, source, compareBehaviour, divergence }: Finding): string {
    const path = join(this.path, `${moduleSeed}.wasm`);
    writeFileSync(path, bytes);
    const record: FailureRecord = {
      moduleSeed,
      runSeed: this.runSeed,
      source,
      compareBehaviour,
      executor: this.executor,
      ...divergence,
    };
    writeFileSync(recordPath(path), `${JSON.stringify(record, undefined, 2)}\n`);
    return path;
  }

  async saveMinimised(moduleSeed: number, bytes: Uint8Array): Promise<string> {
    const path = join(this.path, `${moduleSeed}.min.wasm`);
    writeFileSync(path, bytes);
    const text = await textOf(bytes);
    if (text !== undefined) writeFileSync(path.replace(/wasm$/, 'wat'), text);
    return path;
  }
}

function recordPath(modulePath: string): string {
  return modulePath.replace(/(\.min)?\.wasm$/, '') + '.json';
}

/** The record beside a module that was saved. @throws when there is none. */
export function readRecord(modulePath: string): FailureRecord {
  return JSON.parse(readFileSync(recordPath(modulePath), 'utf8')) as FailureRecord;
}

async function textOf(bytes: Uint8Array): Promise<string | undefined> {
  const wabt = await loadWabt();
  const features = {
    tail_call: true,
    extended_const: true,
    simd: true,
    reference_types: true,
    bulk_memory: true,
    multi_value: true,
  };
  try {
    const module = wabt.readWasm(bytes, { readDebugNames: false, ...features });
    try {
      return module.toText({ foldExprs: false, inlineExport: false });
    } finally {
      module.destroy();
    }
  } catch {
    return undefined; // refused modules have no text
  }
}
