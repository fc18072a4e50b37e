import { interpret } from './interpreter.js';
import type { CallStack } from './call-stack.js';
import { InstanceLoop } from './instance-loop.js';
import { ControlWord, FRAME_RECORDS, FRAMES } from './loop-layout.js';
import { LOOP_WORDS, loopView } from './loop-memory.js';
import { isLoopForced, isLoopWanted } from './loop.js';
import type { Func } from '../runtime/func.js';

/** Frames below the running one that the loop may return to without leaving. */
const FRAMES_BELOW = 8;
/**
 * So often the loop is left at calls too: the host optimises it while it runs, and puts that in its place when it is entered. Fuel slices
 * see to that where fuel is consumed.
 */
const COLD_RUNS = 200;

/**
 * Fuel that a process spends in JavaScript at first: the host optimises the loop in WebAssembly (20 ms of processor time) after some hundred
 * operators, and a short run is over by then.
 */
const SHORT_RUN = 2 ** 13;
/** What entering the loop counts for in it. */
const ENTRY = 64;

const RECORDS = loopView(Int32Array, 4, FRAME_RECORDS, FRAMES);
let coldRuns = COLD_RUNS;
let shortRunLeft = SHORT_RUN;

/** `interpret`, by the loop in WebAssembly where it can be. */
export function runLoop(stack: CallStack, base: number): void {
  const { func } = stack;
  if (shortRunLeft > 0 && isInShortRun(func)) {
    const { fuelSlice } = stack;
    interpretInJavaScript(stack, base);
    shortRunLeft -= ENTRY + fuelSlice - stack.fuelSlice;
    return;
  }
  const loop = loopOf(func);
  if (loop === undefined || stack.globals.address < 0) interpretInJavaScript(stack, base);
  else runInWebAssembly(stack, base, loop);
}

function interpretInJavaScript(stack: CallStack, base: number): void {
  stack.ran ??= 'javascript';
  interpret(stack, base);
}

/** Without fuel the loop in JavaScript would not be left in time. */
function isInShortRun({ instance }: Func): boolean {
  if (isLoopForced()) shortRunLeft = 0;
  return shortRunLeft > 0 && instance!.module.engine.metering.consumeFuel;
}

/** The loop that can run the function, which is ready. */
function loopOf(func: Func): InstanceLoop | undefined {
  if (!isLoopWanted()) return undefined;
  const instance = func.instance!;
  if (instance.loop === undefined) instance.loop = InstanceLoop.make(instance) ?? null;
  const loop = instance.loop as InstanceLoop | null;
  if (loop === null) return undefined;
  return func.record !== 0 || loop.admit(func) ? loop : undefined;
}

function runInWebAssembly(stack: CallStack, base: number, loop: InstanceLoop): void {
  const words = LOOP_WORDS;
  const { depth, frameFunctions, func } = stack;
  words[ControlWord.Pc] = stack.pc;
  words[ControlWord.FramePointer] = stack.fp;
  words[ControlWord.Depth] = depth;
  words[ControlWord.FuelSlice] = stack.fuelSlice;
  words[ControlWord.SlotsLeft] = stack.slotsLeft;
  words[ControlWord.OwedFuel] = 0;
  words[ControlWord.Floor] = floorOf(frameFunctions, base, depth, func);
  words[ControlWord.DepthLimit] = coldRuns > 0 ? depth : stack.depthLimit;
  words[ControlWord.Function] = func.record;
  words[ControlWord.Globals] = stack.globals.address;
  words[ControlWord.Block] = loop.address;
  words[ControlWord.Vectors] = stack.files.vectors.slots;
  if (coldRuns > 0) coldRuns--;
  stack.ran = 'webassembly';
  loop.run();
  const reached = words[ControlWord.Depth]!;
  for (let i = words[ControlWord.LowestDepth]!; i < reached; i++)
    frameFunctions[i] = loop.functionOf(RECORDS[i]!);
  stack.func = loop.functionOf(words[ControlWord.Function]!);
  stack.pc = words[ControlWord.Pc]!;
  stack.fp = words[ControlWord.FramePointer]!;
  stack.depth = reached;
  stack.fuelSlice = words[ControlWord.FuelSlice]!;
  stack.slotsLeft = words[ControlWord.SlotsLeft]!;
  stack.owedFuel = words[ControlWord.OwedFuel]!;
}

/** The depth at whose return the loop must be left: frames from there on are of the instance, and the loop is told of their functions. */
function floorOf(frameFunctions: readonly Func[], base: number, depth: number, { instance }: Func): number {
  const least = Math.max(base, depth - FRAMES_BELOW);
  let floor = depth;
  while (floor > least) {
    const below = frameFunctions[floor - 1]!;
    if (below.instance !== instance || below.record === 0) break;
    RECORDS[--floor] = below.record;
  }
  return floor;
}
