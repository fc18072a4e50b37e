import { figuresOf, type ColdRecord, type ColdWarm } from './cold-record.js';
import { COREMARK, LARGE_MODULES, PART, SIMD_KERNELS, SMALL_MODULES } from './measure.js';

/** A figure that is wanted, and how it comes out of the records of one Node: one number for each process. */
export interface Demand {
  readonly title: string;
  readonly unit: string;
  /** What is wanted on a Node of that major version; undefined where nothing is. */
  readonly bound: (node: number) => number | undefined;
  readonly isAtLeast?: boolean;
  /** Of several rows, the worst one's are given. */
  readonly sample: (records: readonly ColdRecord[], node: number) => number[];
  /** Whether the worst process counts, in place of the median one. */
  readonly isOfWorst?: boolean;
}

const MILLISECOND = 1e6;
const cold = ({ coldNanoseconds }: ColdWarm) => coldNanoseconds / MILLISECOND;
const always = (bound: number) => () => bound;
/** Only where the host has memories for the loop in WebAssembly. */
const withLoop = (bound: number) => (node: number) => (node >= 22 ? bound : undefined);
const otherwise = (bound: number, newer: number) => (node: number) => (node >= 22 ? newer : bound);

export const DEMANDS: readonly Demand[] = [
  {
    title: 'cold, all functions of sqlite, front end set-up included',
    unit: ' ms',
    bound: always(33),
    sample: (records, node) => figuresOf(records, node, 'compile', 'sqlite').map(cold),
  },
  ...SMALL_MODULES.map((module): Demand => ({
    title: `the same, ${module}`,
    unit: ' ms',
    bound: otherwise(10, 6),
    sample: (records, node) => figuresOf(records, node, 'compile', module).map(cold),
  })),
  {
    title: 'cold price: slope per byte / warm',
    unit: 'x',
    bound: always(3),
    sample: (records, node) => coldLines(records, node).map(({ slope, warm }) => slope / warm),
  },
  {
    title: 'cold price: constant of a process',
    unit: ' ms',
    bound: otherwise(3, 1.5),
    sample: (records, node) => coldLines(records, node).map(({ constant }) => constant / MILLISECOND),
  },
  ...LARGE_MODULES.map((module): Demand => ({
    title: `warm, validate + translate / native Wasmi eager, ${module}`,
    unit: 'x',
    bound: always(2.2),
    isAtLeast: true,
    sample: (records, node) => peerRatios(records, node, 'wasmi', module),
  })),
  ...LARGE_MODULES.map((module): Demand => ({
    title: `warm, validate + translate / V8 Liftoff eager, ${module}`,
    unit: 'x',
    bound: always(3),
    isAtLeast: true,
    sample: (records, node) => peerRatios(records, node, 'liftoff', module),
  })),
  {
    title: 'cold injection for the host executor, 47 KB',
    unit: ' ms',
    bound: always(6),
    sample: (records, node) => figuresOf(records, node, 'inject').map(cold),
  },
  {
    title: 'CoreMark, V8 / ours, metered',
    unit: 'x',
    bound: withLoop(15),
    sample: (records, node) => timesOfV8(records, node, COREMARK),
  },
  {
    title: 'the same, slowest process',
    unit: 'x',
    bound: withLoop(18),
    isOfWorst: true,
    sample: (records, node) => timesOfV8(records, node, COREMARK),
  },
  ...SIMD_KERNELS.map((name): Demand => ({
    title: `SIMD, V8 / ours: ${name}`,
    unit: 'x',
    bound: withLoop(40),
    sample: (records, node) => timesOfV8(records, node, name),
  })),
  {
    title: '100 million fuel: first run / fourth run',
    unit: 'x',
    bound: withLoop(2),
    sample: (records, node) =>
      figuresOf(records, node, 'first-runs').map(
        ({ coldNanoseconds, warmNanoseconds }) => coldNanoseconds / warmNanoseconds,
      ),
  },
  {
    title: 'import the engine and run 1 KB, beyond node -e 0',
    unit: ' ms',
    bound: always(35),
    sample: (records, node) =>
      figuresOf(records, node, 'start').map(({ nanoseconds }) => nanoseconds / MILLISECOND),
  },
  {
    title: 'metering, CoreMark',
    unit: '%',
    bound: always(2),
    sample: (records, node) => {
      const unmetered = figuresOf(records, node, 'execute-unmetered').map(ofReference);
      return figuresOf(records, node, 'execute', COREMARK)
        .slice(0, unmetered.length)
        .map((figures, process) => (ofReference(figures) / unmetered[process]! - 1) * 100);
    },
  },
];

const ofReference = ({
  warmNanoseconds,
  referenceNanoseconds,
}: ColdWarm & { referenceNanoseconds: number }) => warmNanoseconds / referenceNanoseconds;

function timesOfV8(records: readonly ColdRecord[], node: number, name: string): number[] {
  return figuresOf(records, node, 'execute', name).map(ofReference);
}

/** How many times as fast as the peer ours is, warm, by process. Wasmi runs once for all Nodes. */
function peerRatios(
  records: readonly ColdRecord[],
  node: number,
  peer: 'wasmi' | 'liftoff',
  module: string,
): number[] {
  const others = figuresOf(records, peer === 'wasmi' ? 0 : node, peer, module);
  return figuresOf(records, node, 'compile', module)
    .slice(0, others.length)
    .map(({ warmBodiesNanoseconds }, process) => others[process]!.warmNanoseconds / warmBodiesNanoseconds);
}

/** The line through the first functions of sqlite and all of them, cold; nanoseconds. */
function coldLines(
  records: readonly ColdRecord[],
  node: number,
): { slope: number; constant: number; warm: number }[] {
  const parts = figuresOf(records, node, 'compile', PART);
  return figuresOf(records, node, 'compile', 'sqlite')
    .slice(0, parts.length)
    .map((whole, process) => {
      const part = parts[process]!;
      const slope = (whole.coldNanoseconds - part.coldNanoseconds) / (whole.bodyBytes - part.bodyBytes);
      return {
        slope,
        constant: part.coldNanoseconds - slope * part.bodyBytes,
        warm: whole.warmNanoseconds / whole.bodyBytes,
      };
    });
}
