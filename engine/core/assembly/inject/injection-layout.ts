import { refuse } from '../refusal';

/*
 * Indices, in the injected module, of what injected code refers to, and what is charged: words that the JavaScript side writes before
 * each body (`engine/host-executor/injection/core-injector.ts` has their order), and behind them the helpers' indices.
 */

/** Words, in bytes from the first one. */
const enum Word {
  ImportedGlobalCount = 0,
  AddedGlobalCount = 4,
  FuelGlobal = 8,
  CalledTableGlobal = 12,
  CalledElementGlobal = 16,
  CalledWideElementGlobal = 20,
  TableTagGlobal = 24,
  StackGlobal = 28,
  FirstPaidGlobal = 32,
  ChargeExecution = 36,
  BytesPerFuel = 40,
  WantedHelper = 44,
  Helpers = 48,
}

/** Helpers by number; those of eight truncations follow one another. */
export const enum Helper {
  RefuseBlock = 0,
  RefuseFrame = 1,
  Charge = 2,
  MemoryGrow = 3,
  MemoryFill = 4,
  MemoryCopy = 5,
  Truncations = 6,
  ChargeOrWait = 14,
}

const LAYOUT: usize = memory.data(112, 16);

export function injectionWords(): usize {
  return LAYOUT;
}

// @ts-ignore: decorator
@inline function word(at: Word): u32 { return load<u32>(at, LAYOUT); }

export function importedGlobalCount(): u32 { return word(Word.ImportedGlobalCount); }
export function addedGlobalCount(): u32 { return word(Word.AddedGlobalCount); }
export function fuelGlobal(): u32 { return word(Word.FuelGlobal); }
export function calledTableGlobal(): u32 { return word(Word.CalledTableGlobal); }
export function calledElementGlobal(): u32 { return word(Word.CalledElementGlobal); }
export function calledWideElementGlobal(): u32 { return word(Word.CalledWideElementGlobal); }
export function tableTagGlobal(): u32 { return word(Word.TableTagGlobal); }
export function stackGlobal(): u32 { return word(Word.StackGlobal); }
export function firstPaidGlobal(): u32 { return word(Word.FirstPaidGlobal); }
export function chargesExecution(): bool { return (word(Word.ChargeExecution) & 1) != 0; }
export function isResumable(): bool { return (word(Word.ChargeExecution) & 2) != 0; }
export function bytesPerFuel(): u32 { return word(Word.BytesPerFuel); }

/** The helper's function index. Where there is none yet, this leaves the core: the JavaScript side makes it, and asks again. */
export function helper(number: i32): u32 {
  const index = load<i32>(LAYOUT + Word.Helpers + (<usize>number << 2));
  if (index < 0) {
    store<i32>(Word.WantedHelper, number, LAYOUT);
    refuse();
  }
  return index;
}
