import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

export interface CliOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `wasm-dyno run ...` in a process of its own, without a profile unless the arguments or `environment` name one. */
export function runCli(
  arguments_: readonly string[],
  { environment = {}, input = '' }: { environment?: Record<string, string>; input?: string } = {},
): CliOutcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'run', ...arguments_], {
    encoding: 'utf8',
    input,
    env: { ...process.env, WASM_DYNO_PROFILE: '', NODE_OPTIONS: '', ...environment },
  });
  return { code: status, stdout, stderr };
}
