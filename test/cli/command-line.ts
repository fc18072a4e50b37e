import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PROGRAM = fileURLToPath(new URL('../../harness/dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `wasm-dyno ...` in a process of its own, with a state folder of its own when `folder` is given. */
export async function wasmDyno(words: readonly string[], folder?: string): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(folder),
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  const read = async (stream: NodeJS.ReadableStream): Promise<string> => {
    let text = '';
    for await (const piece of stream.setEncoding('utf8')) text += piece;
    return text;
  };
  const ended = new Promise<Pick<Outcome, 'code' | 'signal'>>((resolve, reject) =>
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal })),
  );
  const [ending, stdout, stderr] = await Promise.all([ended, read(child.stdout), read(child.stderr)]);
  return { ...ending, stdout, stderr };
}

export function environment(folder?: string): NodeJS.ProcessEnv {
  const own = folder === undefined ? {} : { TMPDIR: folder, XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder };
  return { ...process.env, WASM_DYNO_PROFILE: '', NODE_OPTIONS: '', NO_COLOR: '1', ...own };
}
