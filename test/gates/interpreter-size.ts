import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** V8 never optimises a function with more bytecode than this (`--max-optimized-bytecode-size`). */
export const V8_LIMIT_BYTES = 61_440;
/** What the loop is held to, so that V8's own changes from version to version leave room. */
export const BUDGET_BYTES = 50_000;

export interface InterpreterSize {
  readonly bytecodeBytes: number;
  /** Did V8's optimising compiler finish with the loop while a hot program ran? */
  readonly optimized: boolean;
}

/** A module whose one export counts down from its argument: `(param i32)`, a loop, nothing else. */
const COUNTDOWN =
  '0061736d0100000001050160017f00030201000707010372756e00000a10010e0003402000417f6a22000d000b0b';

/** Runs the built engine found in `engineFolder` in a fresh process and asks V8 how it took the interpreter's loop. */
export function measureInterpreterSize(engineFolder: string): InterpreterSize {
  const entry = pathToFileURL(`${engineFolder}/index.js`).href;
  const phases = pathToFileURL(`${engineFolder}/phases.js`).href;
  const program = `
    const { Engine, Store, Linker } = await import(${JSON.stringify(entry)});
    const { useLoop } = await import(${JSON.stringify(phases)});
    useLoop('javascript');
    const engine = new Engine();
    const module = engine.compile(Uint8Array.from(Buffer.from('${COUNTDOWN}', 'hex')));
    const run = new Linker(engine).instantiate(new Store(engine), module).getFunction('run');
    for (let i = 0; i < 20; i++) run.call(300000);
  `;
  const output = execFileSync(
    process.execPath,
    [
      '--print-bytecode',
      '--print-bytecode-filter=interpret',
      '--trace-opt',
      // Else the compiler runs beside the program, and on a busy machine may not be done when that ends.
      '--no-concurrent-recompilation',
      '--input-type=module',
      '-e',
      program,
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const size = /Bytecode length: (\d+)/.exec(output);
  if (size === null) throw new Error('V8 printed no bytecode for the function "interpret": was it renamed?');
  return {
    bytecodeBytes: Number(size[1]),
    optimized: /completed (?:compiling|optimizing) 0x[0-9a-f]+ <JSFunction interpret\b.*TURBOFAN/.test(
      output,
    ),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('../../engine/dist', import.meta.url));
  const { bytecodeBytes, optimized } = measureInterpreterSize(folder);
  const line = `interpreter loop: ${bytecodeBytes} bytes of bytecode (budget ${BUDGET_BYTES}, V8's limit ${V8_LIMIT_BYTES}), ${optimized ? 'optimised' : 'NOT optimised'} by V8`;
  console.log(line);
  process.exitCode = bytecodeBytes <= BUDGET_BYTES && optimized ? 0 : 1;
}
