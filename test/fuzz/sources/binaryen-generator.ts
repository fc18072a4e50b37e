import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Random } from 'wasm-dyno/corpora';

/** What is used of the Emscripten program: its `Module` object, and its entry. */
interface EmscriptenModule {
  noInitialRun: boolean;
  thisProgram: string;
  print: (line: string) => void;
  printErr: (line: string) => void;
  quit: (status: number, toThrow: unknown) => never;
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

/**
 * binaryen's generator of valid modules (`wasm-opt --translate-to-fuzz`) in this process: the program is loaded once and its `main`
 * called for each module, because starting it takes a hundred times longer than a module does.
 */
export class BinaryenGenerator {
  private constructor(
    private readonly program: EmscriptenModule,
    private readonly folder: string,
  ) {}

  static async start(): Promise<BinaryenGenerator> {
    const require = createRequire(import.meta.url);
    const path = join(dirname(require.resolve('binaryen')), 'bin', 'wasm-opt');
    const source = `${readFileSync(path, 'utf8').replace(/^#!.*/, '')}\nModule.main = callMain;`;
    const program = await new Promise<EmscriptenModule>((resolve) => {
      const module: EmscriptenModule = {
        noInitialRun: true,
        thisProgram: 'wasm-opt',
        print: () => undefined,
        printErr: () => undefined,
        quit: (_status, toThrow) => {
          throw toThrow;
        },
        onRuntimeInitialized: () => resolve(module),
      };
      const names = ['Module', 'require', 'process', '__filename', '__dirname'];
      const run = compileFunction(source, names, { filename: path }) as (...values: unknown[]) => void;
      run(module, require, processWithoutListeners(), path, dirname(path));
    });
    return new BinaryenGenerator(program, mkdtempSync(join(tmpdir(), 'wasm-dyno-fuzz-')));
  }

  /** A module made of random bytes. */
  generate(random: Random): Uint8Array {
    const input = join(this.folder, 'input.bin');
    const output = join(this.folder, 'output.wasm');
    const bytes = Uint8Array.from({ length: random.integer(100, 2500) }, () => random.integer(0, 255));
    writeFileSync(input, bytes);
    const features = ['--mvp-features', ...FEATURES.map((feature) => `--enable-${feature}`)];
    // Random passes shape half of the modules as compilers would.
    const passes = random.chance(0.5) ? ['--fuzz-passes'] : [];
    rmSync(output, { force: true });
    try {
      this.program.main!([input, '--quiet', '--translate-to-fuzz', ...passes, ...features, '-o', output]);
    } catch (error) {
      if ((error as { name?: string }).name !== 'ExitStatus') throw error;
    }
    return readFileSync(output);
  }

  stop(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The program would end the process on an unhandled rejection of anyone's. */
function processWithoutListeners(): NodeJS.Process {
  return new Proxy(process, {
    get: (target, key) => {
      if (key === 'on') return () => target;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
