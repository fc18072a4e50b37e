import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../harness/dist/cli/main.js', import.meta.url));

export interface CliOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `wasm-dyno run ...` in a process of its own, without a profile unless the arguments or `environment` name one. */
export async function runCli(
  arguments_: readonly string[],
  environment: Record<string, string> = {},
): Promise<CliOutcome> {
  const child = spawn(process.execPath, [CLI, 'run', ...arguments_], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WASM_DYNO_PROFILE: '', NODE_OPTIONS: '', ...environment },
  });
  const read = async (stream: NodeJS.ReadableStream) => {
    let text = '';
    for await (const chunk of stream.setEncoding('utf8')) text += chunk;
    return text;
  };
  const [code, stdout, stderr] = await Promise.all([
    new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve)),
    read(child.stdout),
    read(child.stderr),
  ]);
  return { code, stdout, stderr };
}
