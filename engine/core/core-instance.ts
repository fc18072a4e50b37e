import { HOST_WEB_ASSEMBLY } from '../host/web-assembly.js';
import { unpackModule } from '../host/packed-module.js';
import { FRONT_END_BYTES } from './front-end-bytes.js';

// What the core exports; see `assembly/front-end.ts`. It throws the host's RuntimeError for whatever it refuses.
export interface CoreExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  // First address behind the core's own data and scratch space.
  heap(): number;
  // Takes up the module that is described at the address.
  describe(at: number): void;
  // What a frame of the valid function counts for, times two, and one more if it makes calls.
  validate(functionIndex: number, bodyAt: number, bodyBytes: number, mostValues: number): number;
  // Address of two words on the body that was found valid last: how often control joins, and the values of its dear operators.
  joinsWords(): number;
  // Whether blocks carry their fuel from now on, and what a fuel fills.
  meter(consumeFuel: boolean, bytesPerFuel: number): void;
  // Address of the fuel by operator, a word each, and behind the last of calling an imported function.
  operatorCosts(): number;
  // Writes code to the end of the memory, which may grow, but not for more than `mostBytes`.
  translate(functionIndex: number, bodyAt: number, bodyBytes: number, mostBytes: number): void;
  // Does what `validate` and `translate` do, in one pass, and returns what `validate` returns.
  compile(
    functionIndex: number,
    bodyAt: number,
    bodyBytes: number,
    mostValues: number,
    mostBytes: number,
  ): number;
  // Address of the words that `inject` goes by: see `assembly/injection-layout.ts`.
  injectionWords(): number;
  // Writes the injected body of a defined function to the memory from `outAt` on, which may grow; returns its bytes.
  inject(
    definedIndex: number,
    bodyAt: number,
    bodyBytes: number,
    patchesAt: number,
    outAt: number,
    frameCost: number,
    makesCalls: boolean,
    compilationFuel: bigint,
  ): number;
  // Address of three words on the function translated last: its first word of code, the one behind its last, its register slots.
  translatedWords(): number;
}

let compiled: object | undefined;

// A new instance of the core; undefined where the host has no WebAssembly, or refuses it (a content security policy, lockdown).
export function instantiateCore(): CoreExports | undefined {
  if (HOST_WEB_ASSEMBLY === undefined) return undefined;
  const { Instance, Module } = HOST_WEB_ASSEMBLY;
  try {
    compiled ??= new Module(unpackModule(FRONT_END_BYTES, HOST_WEB_ASSEMBLY));
    return new Instance(compiled).exports as unknown as CoreExports;
  } catch {
    return undefined;
  }
}
