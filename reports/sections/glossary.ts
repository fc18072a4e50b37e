import type { ContentSection } from '../content.js';

/** The words of a report. */
export function glossarySection(): ContentSection {
  return {
    id: 'glossary',
    title: 'Glossary',
    short: 'Glossary',
    finding: 'The words of this report, each with its one meaning.',
    blocks: [{ kind: 'terms', terms: TERMS }],
  };
}

const TERMS: readonly (readonly [string, string])[] = [
  ['arm', 'One thing that is timed: a phase over a list of functions, or a memset over a list of sizes.'],
  ['band', 'The interval of a fitted line, at each of its points.'],
  ['baseline', 'The memset that a ratio is taken against, named by kernel and regime.'],
  ['block', 'Some calls of one arm, timed as one: a row of measurements.csv.'],
  ['body', "A function's bytes in the code section."],
  ['charge / time', 'What a price charges over what was taken. Below 1 the host pays the rest.'],
  ['cold, warm', 'The first call of a phase in a fresh process; code that has run until it gets no faster.'],
  ['constant', 'What is charged for a function, a module or a process before its first byte.'],
  ['domain', 'The sizes that a price was tried on.'],
  [
    'fuel',
    'What metering counts. Compiling n bytes costs constants and n x multiplier / bytesPerFuel fuel, rounded up.',
  ],
  ['interval', 'Where a number lies with the stated confidence, by order statistics of process executions.'],
  ['kernel', "How a memset is made: memory.fill in a loop of WebAssembly, Buffer.fill, the C library's."],
  [
    'knee',
    'A size at which the time of a memset takes another course: a cache is full, another loop takes over.',
  ],
  ['leave one out', 'What a price is when one module of the corpus is not weighed.'],
  [
    'multiplier',
    "The price of a byte / the unit's time of a byte, rounded up to thousandths: what is charged for each byte, beside the constants.",
  ],
  [
    'phase',
    'A step of compiling: parse, validate, translate; and what engines add, such as compile and first-call.',
  ],
  ['process execution', 'A fresh process that times its arms in rounds: the sampling unit.'],
  ['profile', "A machine's prices, with where they come from: profile.json."],
  [
    'ratio, equal-bytes ratio',
    "A phase's time over the time of a memset of as many bytes. What is paid before the first byte is within, on both sides: it differs from the multiplier, most for small functions.",
  ],
  [
    'regime',
    'Where the filled bytes lie: hot (L1 or L2 cache), llc (last-level cache), memory, first-touch (fresh pages).',
  ],
  [
    'size class',
    'Functions whose bodies are of similar size: 1..63B is from 1 to 63 bytes, 64..255B, and so on.',
  ],
  ['unit', 'The time of one fuel: so many bytes of the hot memset.'],
  [
    'verdict',
    'How far a number can be trusted: ok, noisy, insufficient-data. A single price is ok up to +-10%, what a phase charges over the corpus up to +-5%. In a row of prices it is on the price of a byte; constants have theirs beside them in full.',
  ],
];
