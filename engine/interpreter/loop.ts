import { HOST_WEB_ASSEMBLY, type HostLinearMemory, newHostMemory } from '../host/web-assembly.js';
import { unpackModule } from '../host/packed-module.js';
import type { LoopName } from '../runtime/engine-parts.js';
import { LOOP_BYTES } from './loop-bytes.js';
import { LOOP_MEMORY } from './loop-memory.js';

let compiled: object | undefined;
let isRefused = LOOP_MEMORY === undefined;
let forced: LoopName | undefined;
/** The loops of memories; a memory's goes with it. */
const loops = new WeakMap<HostLinearMemory, () => void>();
let withoutMemory: HostLinearMemory | undefined;

/**
 * Has this process run the interpreter with the loop of that name from now on, in place of choosing by itself. Both give the same results,
 * traps and fuel: this is for tests of that, and for measuring. Calls that are suspended go on with it too.
 *
 * @throws TypeError for a name that is none; RangeError for `webassembly` where the host cannot run it
 */
export function useLoop(name: LoopName): void {
  if (name !== 'webassembly' && name !== 'javascript') {
    throw new TypeError(`no loop is called ${String(name)}: there are "webassembly" and "javascript"`);
  }
  if (name === 'webassembly' && loopModule() === undefined) {
    throw new RangeError(
      'the loop "webassembly" needs a host with WebAssembly modules of several memories; use "javascript" here',
    );
  }
  forced = name;
}

/** Which loop this process has. */
export function loopName(): LoopName {
  return isLoopWanted() ? 'webassembly' : 'javascript';
}

/** Whether the loop in WebAssembly is to be used where it can be; it need not have been compiled. */
export function isLoopWanted(): boolean {
  return forced !== 'javascript' && !isRefused;
}

/** Whether somebody has said which loop it is to be. */
export function isLoopForced(): boolean {
  return forced !== undefined;
}

function loopModule(): object | undefined {
  if (compiled !== undefined || isRefused) return compiled;
  try {
    compiled = new HOST_WEB_ASSEMBLY!.Module(unpackModule(LOOP_BYTES, HOST_WEB_ASSEMBLY!));
  } catch {
    isRefused = true;
  }
  return compiled;
}

/** The loop over that memory of the guest's, or over none; undefined where the host refuses. */
export function loopOver(guest: HostLinearMemory | undefined): (() => void) | undefined {
  const memory = guest ?? (withoutMemory ??= newHostMemory(0, 0));
  const module = loopModule();
  if (memory === undefined || module === undefined) return undefined;
  let run = loops.get(memory);
  if (run === undefined) {
    try {
      const { exports } = new HOST_WEB_ASSEMBLY!.Instance(module, {
        loop: { memory: LOOP_MEMORY, guest: memory },
      });
      run = exports['run'] as () => void;
    } catch {
      return undefined;
    }
    loops.set(memory, run);
  }
  return run;
}
