import { heavyTailed, median, medianInterval, normal, type PricedSource, type Random } from 'wasm-dyno';

/** How an invented engine's runs scatter: spreads of the logarithm. */
export const REALISTIC = {
  /** Between process executions: layout, which code the JIT chose. */
  processSpread: 0.02,
  /** Between rounds of one, each like the one before by `autocorrelation`. */
  roundSpread: 0.03,
  autocorrelation: 0.7,
  /** Part of the rounds that a delay hits, with tails so heavy that it has no variance. */
  disturbedRounds: 0.1,
  /** Part of the processes that are slower throughout, by 30% to 200%. */
  outlierProcesses: 0.05,
  /** Between runs, where no interval of one run sees it. */
  runSpread: 0.01,
} as const;

const PRICES = [
  'warm parse',
  'warm validate',
  'warm translate',
  'cold parse',
  'cold validate',
  'cold translate',
];
const TRUE_PRICE = 1000;
const PROCESSES = 20;
const ROUNDS = 20;

/** A run of an engine that takes `factor` times as long; `withProcesses`: its process executions are at hand. */
export function simulatedSource(random: Random, factor: number, withProcesses: boolean): PricedSource {
  return {
    path: `x${factor}`,
    form: 'run',
    createdAt: '2026-01-31T12:00:00Z',
    machine: { id: 'ab'.repeat(8), cpuModel: 'invented', logicalCores: 2, nodeVersion: '22.0.0' },
    engines: ['embedded 0.1.0'],
    systematicFloor: 0.03,
    conditions: { corpora: 'generated' },
    circumstances: {},
    prices: PRICES.map((name) => {
      const truth = TRUE_PRICE * factor * Math.exp(REALISTIC.runSpread * normal(random));
      const processPrices = Array.from({ length: PROCESSES }, () => processPrice(random, truth));
      const { estimate, low, high, confidenceLevel } = medianInterval(processPrices);
      const price = {
        ...{ engine: 'embedded', name, of: 'corpus' as const, policy: policyOf(name), unit: 'x memset' },
        ...{ estimate, low, high, confidenceLevel },
      };
      return { ...price, processes: PROCESSES, ...(withProcesses ? { processPrices } : {}) };
    }),
  };
}

function policyOf(name: string): 'warm' | 'cold' {
  return name.startsWith('cold') ? 'cold' : 'warm';
}

function processPrice(random: Random, truth: number): number {
  const effect = REALISTIC.processSpread * normal(random);
  const isOutlier = random.uniform() < REALISTIC.outlierProcesses;
  const slowdown = isOutlier ? 1.3 + 1.7 * random.uniform() : 1;
  const { autocorrelation } = REALISTIC;
  let drift = normal(random);
  return median(
    Array.from({ length: ROUNDS }, () => {
      drift = autocorrelation * drift + Math.sqrt(1 - autocorrelation ** 2) * normal(random);
      const isDelayed = random.uniform() < REALISTIC.disturbedRounds;
      const delay = isDelayed ? Math.max(-5, Math.min(5, 0.1 * heavyTailed(random))) : 0;
      return truth * slowdown * Math.exp(effect + REALISTIC.roundSpread * drift + delay);
    }),
  );
}
