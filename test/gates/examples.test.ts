import { equal, match, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeTextModule } from '@wasm-dyno/corpora';
import { programsOf, README_ANSWER } from './readme-programs.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** What the examples leave to the reader. */
const GIVEN = `declare const bytes: Uint8Array<ArrayBuffer>;
declare const imports: Record<string, object>;
`;

/** A project as `tsc --init` leaves it, with these packages installed. */
class FreshProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-examples-'));

  constructor() {
    mkdirSync(path.join(this.folder, 'node_modules', '@wasm-dyno'), { recursive: true });
    const install = (folder: string, name: string): void =>
      symlinkSync(path.join(root, folder), path.join(this.folder, 'node_modules', name), 'dir');
    install('harness', 'wasm-dyno');
    for (const folder of ['engine', 'corpora', 'reports']) install(folder, `@wasm-dyno/${folder}`);
    this.write('package.json', '{ "type": "module" }');
    this.write('given.d.ts', GIVEN);
    equal(this.compile('--init').status, 0);
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  compile(...options: string[]): { status: number | null; stdout: string } {
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...options], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    return { status, stdout };
  }

  /** What a program of the project says. */
  run(...words: readonly string[]): string {
    const env = { ...process.env };
    delete env['WASM_DYNO_PROFILE'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: this.folder,
      encoding: 'utf8',
      env,
    });
    equal(status, 0, stderr);
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe('what `tsc --init` writes compiles', () => {
  let project: FreshProject;
  beforeEach(() => {
    project = new FreshProject();
  });
  afterEach(() => project.remove());

  it('the examples of the README and of the documentation', () => {
    const readmes = ['README.md', 'engine/README.md', 'corpora/README.md', 'reports/README.md'];
    const pages = [...readmes, ...readdirSync(path.join(root, 'docs')).map((file) => `docs/${file}`)];
    const examples = pages.filter((page) => page.endsWith('.md')).flatMap(programsOf);
    ok(programsOf('README.md').length > 0 && examples.length >= 5, `${examples.length} examples`);
    for (const [index, text] of examples.entries()) project.write(`example-${index}.ts`, text);
    const { status, stdout } = project.compile('--noEmit');
    equal(stdout, '');
    equal(status, 0);
  });

  it("and runs the README's programs as they stand, and the engine's own README's", () => {
    const programs = ['README.md', 'engine/README.md'].flatMap(programsOf);
    for (const [index, text] of programs.entries()) project.write(`program-${index}.ts`, text);
    rmSync(path.join(project.folder, 'given.d.ts'));
    equal(project.compile().stdout, '');
    const answers = programs.map((_, index) => project.run(`program-${index}.js`));
    for (const said of answers) ok(said.length > 0);
    match(answers[0]!, README_ANSWER);
    match(answers.at(-1)!, README_ANSWER);
  });

  it("and runs the documentation's programs that are given a module", async () => {
    const text = `(module
      (memory (export "memory") 1)
      (func (export "_start"))
      (func (export "run") (param i32) (result i32) (local.get 0)))`;
    const bytes = JSON.stringify([...(await encodeTextModule(Buffer.from(text)))]);
    project.write('given.mjs', `globalThis.bytes = Uint8Array.from(${bytes});\nglobalThis.imports = {};\n`);
    mkdirSync(path.join(project.folder, 'data'));
    const pages = ['host-executor', 'js-api', 'wasi'];
    for (const page of pages) project.write(`${page}.ts`, programsOf(`docs/${page}.md`)[0]!);
    equal(project.compile().stdout, '');
    const [host, api] = pages.map((page) => project.run('--import', './given.mjs', `${page}.js`));
    match(host!, /^\d+n\n$/);
    match(api!, /^7\n\d+n\n$/);
  });

  it('value types as values, a profile that may be missing, and every option given as undefined', () => {
    project.write(
      'options.ts',
      `import { createWebAssembly, Engine, Store, ValueType, functionType, type EngineConfig, type HardwareProfile } from '@wasm-dyno/engine';
import { loadProfile, type LoadProfileOptions } from '@wasm-dyno/engine/node';

const types: readonly ValueType[] = [ValueType.I32, ValueType.ExternRef];
export const type = functionType(types, [ValueType.F64]);
const profile: HardwareProfile | undefined = loadProfile().profile;
export const engine = new Engine({ profile });
const none: { readonly [Option in keyof EngineConfig]: undefined } = {
  executor: undefined, features: undefined, limits: undefined, compilationMode: undefined, consumeFuel: undefined, profile: undefined,
  profileCheck: undefined, profilePolicy: undefined, fuelCosts: undefined, shareCompilation: undefined,
};
const noOptions: LoadProfileOptions = { path: undefined, profileCheck: undefined, profilePolicy: undefined };
export const all = [new Engine(none), createWebAssembly({ ...none, fuel: undefined, store: undefined }), loadProfile(noOptions)];
export const store = new Store(engine, { fuel: undefined, limits: undefined });
export const memory = new (createWebAssembly().Memory)({ initial: 1, maximum: undefined, address: undefined });
`,
    );
    equal(project.compile('--noEmit').stdout, '');
  });

  it("the engine's own declarations, without the types of Node or of browsers", () => {
    project.write(
      'engine.ts',
      "export * from '@wasm-dyno/engine';\nexport * from '@wasm-dyno/engine/phases';\nexport * from '@wasm-dyno/engine/operators';\n",
    );
    equal(project.compile('--noEmit', '--skipLibCheck', 'false', '--lib', 'esnext').stdout, '');
  });
});
