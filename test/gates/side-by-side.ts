/**
 * `node --import ./register.mjs test/gates/side-by-side.ts < STEPS`: runs steps of the gate side by side, as many at once as there are
 * processors (`--at-once N`), begun in the order that they are written in.
 *
 * A step is a line `== TITLE` and what follows it: commands for bash, of which the first that fails ends the step. What a step prints is
 * kept together and comes when it has ended. The first step that fails ends the others, and is named last. A signal ends all of them.
 * Each has a folder for locks and one for state of its own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Step {
  readonly title: string;
  readonly commands: string;
}

class Pool {
  private readonly running = new Map<Step, ChildProcess>();
  private failed: string | undefined;
  private signal: NodeJS.Signals | undefined;

  constructor(
    private readonly steps: Step[],
    private readonly scratch: string,
  ) {}

  async run(atOnce: number): Promise<number> {
    for (const signal of SIGNALS) process.on(signal, () => this.stop(signal));
    await Promise.all(Array.from({ length: atOnce }, () => this.runLane()));
    if (this.signal !== undefined) return 128 + constants.signals[this.signal];
    if (this.failed === undefined) return 0;
    console.error(`\nfailed: ${this.failed}`);
    return EXIT_FAILED;
  }

  private get isOver(): boolean {
    return this.failed !== undefined || this.signal !== undefined;
  }

  private async runLane(): Promise<void> {
    while (!this.isOver) {
      const step = this.steps.shift();
      if (step === undefined) return;
      await this.runStep(step);
    }
  }

  private async runStep(step: Step): Promise<void> {
    const own = mkdtempSync(join(this.scratch, 'step-'));
    const file = join(own, 'output');
    const output = openSync(file, 'w');
    console.log(`-- begun: ${step.title}`);
    const begin = performance.now();
    const child = spawn('bash', ['-euo', 'pipefail', '-c', step.commands], {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...ownFolders(own) },
      // A process group: to be ended with all that it started.
      detached: true,
    });
    closeSync(output);
    this.running.set(step, child);
    const ending = await new Promise<number | NodeJS.Signals>((resolve) =>
      child
        .on('error', ({ message }) => {
          console.error(message);
          resolve(EXIT_FAILED);
        })
        .on('close', (code, signal) => resolve(code ?? signal!)),
    );
    this.running.delete(step);
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    const isFirst = !this.isOver;
    if (ending !== 0 && isFirst) {
      this.failed = `${step.title} (${typeof ending === 'number' ? `exit code ${ending}` : ending})`;
      this.endAll('SIGTERM');
    }
    // What the others had printed when they were ended tells nothing.
    if (ending === 0 || isFirst)
      process.stdout.write(`\n== ${step.title}: ${seconds} s\n${readFileSync(file, 'utf8')}\n`);
    else console.log(`-- ended: ${step.title}`);
    rmSync(own, { recursive: true, force: true });
  }

  private stop(signal: NodeJS.Signals): void {
    this.signal ??= signal;
    this.endAll(signal);
  }

  private endAll(signal: NodeJS.Signals): void {
    for (const { pid } of this.running.values()) {
      try {
        process.kill(-pid!, signal);
      } catch {
        // It has just ended by itself.
      }
    }
  }
}

/** Two steps that calibrate do not wait for each other, and neither reads what the other left. */
function ownFolders(folder: string): NodeJS.ProcessEnv {
  const environment = { XDG_RUNTIME_DIR: join(folder, 'run'), XDG_STATE_HOME: join(folder, 'state') };
  for (const path of Object.values(environment)) mkdirSync(path, { mode: 0o700 });
  return environment;
}

function stepsOf(text: string): Step[] {
  const [head, ...parts] = text.split(/^== /m);
  if (head!.trim() !== '') throw new Error(`commands before the first "== TITLE": ${head!.trim()}`);
  return parts.map((part) => {
    const [title, ...commands] = part.split('\n');
    return { title: title!.trim(), commands: commands.join('\n') };
  });
}

function atOnceOf(words: readonly string[]): number {
  if (words.length === 0) return availableParallelism();
  const [option, count] = words;
  if (option !== '--at-once' || !/^[1-9]\d*$/.test(count ?? '') || words.length > 2)
    throw new Error('usage: side-by-side.ts [--at-once N] < STEPS');
  return Number(count);
}

async function main(words: readonly string[]): Promise<number> {
  let steps: Step[];
  let atOnce: number;
  try {
    atOnce = atOnceOf(words);
    steps = stepsOf(readFileSync(0, 'utf8'));
  } catch (error) {
    console.error((error as Error).message);
    return EXIT_USAGE;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'wasm-dyno-gate-'));
  try {
    return await new Pool(steps, scratch).run(atOnce);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
