import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the parser gives: a module's binary, or what it has to say about the text. */
export type Parsed = { readonly binary: Uint8Array } | { readonly dump: string };

type Parse = (text: string) => Promise<Parsed>;

let parser: Promise<Parse> | undefined;

/**
 * Parses a module's text. The parser is Rust compiled to WebAssembly: in a process without it (`node --jitless`), which tests how the engine
 * does there, one of another kind is asked.
 */
export async function parseText(text: string): Promise<Parsed> {
  parser ??= typeof globalThis.WebAssembly === 'undefined' ? Promise.resolve(askOther()) : own();
  return (await parser)(text);
}

async function own(): Promise<Parse> {
  const { parse } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  return async (text) => {
    try {
      return { binary: await parse(text) };
    } catch (error) {
      return { dump: error instanceof Error ? error.message : String(error) };
    }
  };
}

function askOther(): Parse {
  const child: ChildProcess = fork(fileURLToPath(new URL('text-parser-process.ts', import.meta.url)), {
    execArgv: ['--import', fileURLToPath(new URL('../../register.mjs', import.meta.url))],
    env: { ...process.env, NODE_OPTIONS: '' },
    serialization: 'advanced',
  });
  // It ends with this process, and does not keep it.
  child.unref();
  child.channel!.unref();
  return (text) =>
    new Promise((resolve, reject) => {
      child.channel!.ref();
      const done = () => {
        child.off('message', answered).off('exit', ended);
        child.channel?.unref();
      };
      const answered = (parsed: Parsed) => {
        done();
        resolve(parsed);
      };
      const ended = () => {
        done();
        reject(new Error("the process that parses modules' text has ended"));
      };
      child.once('message', answered).once('exit', ended);
      child.send(text);
    });
}
