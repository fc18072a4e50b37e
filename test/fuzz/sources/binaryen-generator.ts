import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Random } from '@wasm-dyno/corpora';

/** What is used of the Emscripten program: its `Module` object, and its entry. */
interface EmscriptenModule {
  noInitialRun: boolean;
  thisProgram: string;
  print: (line: string) => void;
  printErr: (line: string) => void;
  onRuntimeInitialized: () => void;
  main?: (options: string[]) => void;
}

const FEATURES = [
  'sign-ext',
  'mutable-globals',
  'nontrapping-float-to-int',
  'simd',
  'bulk-memory',
  'bulk-memory-opt',
  'reference-types',
  'multivalue',
  'tail-call',
];

/** Modules that one loaded program makes: what `main` leaves behind in it adds up, and in the end breaks it. */
const MODULES_PER_PROGRAM = 100;

/** binaryen's program broke down over the input, freshly loaded. */
export class GeneratorFailure extends Error {
  override readonly name = 'GeneratorFailure';
}

/**
 * binaryen's generator of valid modules (`wasm-opt --translate-to-fuzz`) in this process: its `main` is called for module after
 * module, because loading the program takes a hundred times longer than a module does.
 */
export class BinaryenGenerator {
  private readonly folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-fuzz-'));
  private program: EmscriptenModule | undefined;
  private modulesLeft = 0;

  /** A module made of random bytes. @throws GeneratorFailure */
  async generate(random: Random): Promise<Uint8Array> {
    const input = join(this.folder, 'input.bin');
    const output = join(this.folder, 'output.wasm');
    const bytes = Uint8Array.from({ length: random.integer(100, 2500) }, () => random.integer(0, 255));
    writeFileSync(input, bytes);
    const features = ['--mvp-features', ...FEATURES.map((feature) => `--enable-${feature}`)];
    // Random passes shape half of the modules as compilers would.
    const passes = random.chance(0.5) ? ['--fuzz-passes'] : [];
    rmSync(output, { force: true });
    const options = [input, '--quiet', '--translate-to-fuzz', ...passes, ...features, '-o', output];
    for (const isRetry of [false, true]) {
      if (isRetry || this.modulesLeft-- === 0) {
        this.program = await loadProgram();
        this.modulesLeft = MODULES_PER_PROGRAM;
      }
      try {
        this.program!.main!(options);
      } catch (error) {
        if ((error as { name?: string }).name !== 'ExitStatus') continue;
      }
      if (existsSync(output)) return readFileSync(output);
    }
    throw new GeneratorFailure('binaryen gave no module');
  }

  stop(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function loadProgram(): Promise<EmscriptenModule> {
  const require = createRequire(import.meta.url);
  const path = join(dirname(require.resolve('binaryen')), 'bin', 'wasm-opt');
  const source = `${readFileSync(path, 'utf8').replace(/^#!.*/, '')}\nModule.main = callMain;`;
  return new Promise((resolve) => {
    const module: EmscriptenModule = {
      noInitialRun: true,
      thisProgram: 'wasm-opt',
      print: () => undefined,
      printErr: () => undefined,
      onRuntimeInitialized: () => resolve(module),
    };
    const names = ['Module', 'require', 'process', '__filename', '__dirname'];
    const run = compileFunction(source, names, { filename: path }) as (...values: unknown[]) => void;
    run(module, require, ownProcess(), path, dirname(path));
  });
}

/** What the program takes for its process: it would set the exit code, and end the process on a rejection of anyone's. */
function ownProcess(): NodeJS.Process {
  return new Proxy(process, {
    get: (target, key) => {
      if (key === 'on') return () => target;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: () => true,
  });
}
