import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../browser/chromium.js';
import { environment } from '../cli/command-line.js';
import { brokenPromise, promisedLines } from './promised-output.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = path.join(root, 'examples');
const programs = readdirSync(folder).filter((name) => /^\d\d-.*\.ts$/.test(name));

/** Checks of times, which other programs on the machine may spoil. */
const OF_TIMES = /-(accounts-for-time|grows-with-(calls|bytes)|repeats|possible|fills-every-size) FAILED/;

/** What an example of measuring ends with where the machine is too busy even for a profile by force, and how often it is tried anew. */
const TOO_BUSY = /too few sizes/;
const TRIES = 8;

interface Ended {
  readonly code: number | null;
  readonly printed: string;
  readonly complaints: string;
}

async function endOfExample(file: string, state: string): Promise<Ended> {
  for (let tries = 1; ; tries++) {
    const child = startExample(file, state);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [printed, complaints, code] = await Promise.all([
      textOf(child.stdout!),
      textOf(child.stderr!),
      ended,
    ]);
    if (!TOO_BUSY.test(complaints) || tries === TRIES) return { code, complaints, printed };
  }
}

/** The example in a process of its own, as its head says to start it, but for the build. */
function startExample(file: string, state: string): ChildProcess {
  return spawn(process.execPath, ['--import', './register.mjs', file], {
    cwd: root,
    env: environment(state),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const piece of stream.setEncoding('utf8')) text += piece;
  return text;
}

describe('examples', function () {
  this.timeout(600_000);
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-examples-'));
  });
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  it('are numbered without gaps', () => {
    const numbers = readdirSync(folder).flatMap((name) => /^(\d\d)-/.exec(name)?.[1] ?? []);
    const inOrder = [...new Set(numbers)].sort();
    deepEqual(
      inOrder,
      inOrder.map((_, index) => String(index + 1).padStart(2, '0')),
    );
    ok(inOrder.length >= 9);
  });

  for (const name of programs) {
    it(`${name} prints what its head says`, async () => {
      const file = path.join(folder, name);
      const promised = promisedLines(file);
      ok(promised.length > 0, `${name} promises nothing`);
      const { code, complaints, printed } = await endOfExample(file, state);
      const lines = printed.trimEnd().split('\n');
      equal(brokenPromise(promised, lines), undefined, `${printed}${complaints}`);
      deepEqual(
        lines.filter((line) => line.includes(' FAILED') && !OF_TIMES.test(line)),
        [],
      );
      if (!lines.some((line) => OF_TIMES.test(line))) equal(code, 0, complaints);
    });
  }

  describe('05-browser', () => {
    const server = path.join(folder, '05-browser', 'serve.ts');
    let child: ChildProcess;
    let address: string;
    beforeEach(async () => {
      child = startExample(server, state);
      const [line] = await new Promise<string[]>((resolve) =>
        createInterface({ input: child.stdout! }).once('line', (...lines) => resolve(lines)),
      );
      address = line!;
    });
    afterEach(() => child.kill());

    it('serves the page, the engine and the module, and nothing else', async () => {
      for (const name of ['', 'page.mjs', 'engine/index.js', 'engine/bundle.js', 'sum.wasm']) {
        equal((await fetch(address + name)).status, 200, name);
      }
      for (const name of ['serve.ts', '../package.json', 'engine/%2e%2e/%2e%2e/package.json', 'none.js']) {
        equal((await fetch(address + name)).status, 404, name);
      }
    });

    it('shows what its head says', async function () {
      const browser = await launchChromium();
      if (browser === undefined) return this.skip();
      try {
        const page = await browser.newPage();
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        await page.goto(address);
        const promised = promisedLines(server);
        await page.waitForFunction(
          `document.getElementById('output').textContent.split('\\n').length > ${promised.length}`,
          undefined,
          { timeout: 300_000 },
        );
        const shown = (await page.textContent('#output')) ?? '';
        deepEqual(errors, []);
        equal(brokenPromise(promised, shown.trimEnd().split('\n')), undefined, shown);
      } finally {
        await browser.close();
      }
    });
  });
});

describe('a promise of output', () => {
  it('holds a line to its words, and `…` to anything', () => {
    equal(brokenPromise(['a … c', 'd'], ['a b c', 'd']), undefined);
    equal(brokenPromise(['a', '…', 'c'], ['a', 'b', 'b', 'c']), undefined);
    equal(brokenPromise(['a … c'], ['a b d']), '"a … c" is promised, "a b d" is printed');
    equal(brokenPromise(['a'], ['a', 'b']), '"b" is printed and not promised');
    equal(brokenPromise(['a', 'b'], ['a']), '"b" is promised, and nothing more is printed');
    equal(brokenPromise(['a.c'], ['abc']), '"a.c" is promised, "abc" is printed');
  });
});
