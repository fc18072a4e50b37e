import type { Features } from '@wasm-dyno/engine';
import { WebAssembly } from './host-web-assembly.js';
import { moduleOf } from './module-binary.js';

const PROBES = {
  tailCall: [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x12, 0, 0x0b],
  extendedConst: [6, 9, 1, 0x7f, 0, 0x41, 0, 0x41, 0, 0x6a, 0x0b],
  relaxedSimd: [
    ...[1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 42, 1, 40, 0],
    ...[0xfd, 0x0c, ...new Array<number>(16).fill(0), 0xfd, 0x0c, ...new Array<number>(16).fill(0)],
    ...[0xfd, 0x80, 0x02, 0x0b],
  ],
  multiMemory: [5, 5, 2, 0, 0, 0, 0],
  memory64: [5, 3, 1, 4, 0],
} as const;

/** Which of the features that not every V8 has the one we run on has: comparisons keep to what both sides support. */
export const HOST_FEATURES = Object.fromEntries(
  Object.entries(PROBES).map(([feature, sections]) => [feature, WebAssembly.validate(moduleOf(sections))]),
) as Record<keyof typeof PROBES, boolean> satisfies Partial<Features>;
