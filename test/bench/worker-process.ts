import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const BUILT = `${FOLDER}dist`;
const WORKERS = [
  'cold/first-runs-worker',
  'compile/compile-worker',
  'counting/counting-worker',
  'drift/drift-worker',
  'execute/execute-worker',
  'growth/growth-worker',
  'monitor/monitor-worker',
  'start/start-worker',
  'unpaid/unpaid-worker',
] as const;
export type WorkerName = (typeof WORKERS)[number];

/**
 * Workers are bundled to plain JavaScript beforehand, because a TypeScript compiler in the measured process would cost it two seconds
 * and leave its heap behind. Packages, wasm-dyno among them, stay outside the bundle.
 */
export async function buildWorkers(): Promise<void> {
  await build({
    entryPoints: WORKERS.map((name) => `${FOLDER}${name}.ts`),
    outdir: BUILT,
    outbase: FOLDER,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
}

/** Path of a built worker. */
export function workerFile(name: WorkerName): string {
  return `${BUILT}/${name}.mjs`;
}

/** Runs a worker in a fresh process of this Node or another: the request as an argument, the answer as the last line it prints. */
export async function askWorker<Answer>(
  name: WorkerName,
  request: object,
  flags: readonly string[] = [],
  node = process.execPath,
): Promise<Answer> {
  const { stdout } = await run(node, [...flags, workerFile(name), JSON.stringify(request)], {
    maxBuffer: 1 << 28,
  });
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return JSON.parse(line) as Answer;
}
