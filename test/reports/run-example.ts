import { Random, normal, type Measurement, type MemsetRegime } from 'wasm-dyno';

/** What an invented machine truly needs. All times in nanoseconds. */
export interface InventedCosts {
  readonly phases: Readonly<Record<string, { readonly perFunction: number; readonly perByte: number }>>;
  readonly memset: Readonly<
    Partial<Record<MemsetRegime, { readonly perFill: number; readonly perByte: number }>>
  >;
}

export const INVENTED_COSTS: InventedCosts = {
  phases: {
    validate: { perFunction: 200, perByte: 6 },
    translate: { perFunction: 900, perByte: 18 },
  },
  memset: { hot: { perFill: 5, perByte: 0.01 }, memory: { perFill: 5, perByte: 0.3 } },
};

/** Strata of an invented corpus: size class, sizes timed, bytes stood for. */
export const INVENTED_STRATA = [
  { sizeClass: '1..63B', sizes: [20, 40, 60], stratumBytes: 10_000 },
  { sizeClass: '256..1023B', sizes: [300, 500], stratumBytes: 200_000 },
  { sizeClass: '4096..16383B', sizes: [8000], stratumBytes: 1_000_000 },
] as const;

export interface InventedRun {
  readonly seed: number;
  readonly processes?: number;
  readonly rounds?: number;
  /** Spread between rounds. */
  readonly noise?: number;
  /** Spread between processes. */
  readonly processSpread?: number;
  /** Spread between rounds that hits both blocks of a pair. */
  readonly drift?: number;
  readonly temperature?: 'warm' | 'cold';
  /** Cold: each process measures a single arm. */
  readonly oneArmPerProcess?: boolean;
  readonly change?: (measurement: Measurement) => Measurement;
}

const KERNEL = 'wasm-memory-fill-loop';
const COMPARISON_ROUNDS = 3;

/** Rows of an invented run on the machine of {@link INVENTED_COSTS}. */
export function inventedRows(run: InventedRun): Measurement[] {
  const { seed, processes = 20, rounds = 10, noise = 0.02, processSpread = 0.01, temperature = 'warm' } = run;
  const random = new Random(seed);
  const arms = Object.keys(INVENTED_COSTS.phases).flatMap((phase) =>
    INVENTED_STRATA.map((stratum) => ({ phase: phase as Measurement['phase'], ...stratum })),
  );
  const rows: Measurement[] = [];
  for (let process = 0; process < processes; process++) {
    const slower = Math.exp(processSpread * normal(random));
    for (let round = 0; round < rounds; round++) {
      arms.forEach(({ phase, sizeClass, sizes, stratumBytes }, index) => {
        if (run.oneArmPerProcess && process % arms.length !== index) return;
        const bytesPerCall = sizes.reduce<number>((sum, size) => sum + size, 0);
        // Both blocks of a pair see the same drift.
        const drift = Math.exp((run.drift ?? 0.1) * normal(random));
        const common = {
          engine: 'embedded',
          process,
          round,
          pair: `${phase} ${sizeClass}`,
          order: random.uniform() < 0.5 ? ('ab' as const) : ('ba' as const),
          module: 'invented',
          sizeClass: sizeClass,
          functions: sizes.length,
          overheadNanoseconds: 0,
          stratumBytes,
          temperature,
          runDelayNanoseconds: 0,
          involuntarySwitches: 0,
          collectionNanoseconds: undefined,
          allocatedBytes: undefined,
          referenceBeforeNanoseconds: undefined,
          referenceAfterNanoseconds: undefined,
          flags: [],
        };
        const { perFunction, perByte } = INVENTED_COSTS.phases[phase]!;
        const calls = 100;
        const phaseTime = calls * (perFunction * sizes.length + perByte * bytesPerCall);
        rows.push({
          ...common,
          phase,
          arm: common.pair,
          bytes: calls * bytesPerCall,
          calls,
          nanoseconds: phaseTime * slower * drift * Math.exp(noise * normal(random)),
          kernel: KERNEL,
          regime: 'hot',
        });
        const memset = (regime: MemsetRegime, place: Pick<Measurement, 'round' | 'order'>): Measurement => {
          const fill = INVENTED_COSTS.memset[regime]!;
          const fills = 100_000;
          const memsetTime = fills * (fill.perFill * sizes.length + fill.perByte * bytesPerCall);
          return {
            ...common,
            ...place,
            phase: 'memset',
            arm: `${common.pair} ${regime}`,
            bytes: fills * bytesPerCall,
            calls: fills,
            nanoseconds: memsetTime * drift * Math.exp(noise * normal(random)),
            kernel: KERNEL,
            regime,
          };
        };
        rows.push(memset('hot', common));
        if (temperature === 'cold' || round >= COMPARISON_ROUNDS) return;
        // Memsets among themselves come in rounds of their own, after the others.
        for (const regime of Object.keys(INVENTED_COSTS.memset))
          rows.push(memset(regime as MemsetRegime, { round: rounds + round, order: '' }));
      });
    }
  }
  return run.change === undefined ? rows : rows.map(run.change);
}

/** Rows of a sweep of the hot memset, in some processes. */
export function inventedSweep(seed: number, processes = 6): Measurement[] {
  const random = new Random(seed);
  const { perFill, perByte } = INVENTED_COSTS.memset.hot!;
  return Array.from({ length: processes }, (_, process) =>
    Array.from({ length: 14 }, (_, power): Measurement => {
      const size = 8 * 2 ** power;
      return {
        engine: 'embedded',
        process: 1000 + process,
        round: 0,
        phase: 'memset',
        arm: `sweep ${size}`,
        pair: '',
        order: '',
        module: '',
        sizeClass: 'all',
        functions: 1,
        bytes: size * 1000,
        calls: 1000,
        nanoseconds: 1000 * (perFill + perByte * size) * Math.exp(0.005 * normal(random)),
        overheadNanoseconds: 0,
        stratumBytes: size,
        kernel: 'wasm-memory-fill-loop',
        regime: 'hot',
        temperature: 'warm',
        runDelayNanoseconds: undefined,
        involuntarySwitches: undefined,
        collectionNanoseconds: undefined,
        allocatedBytes: undefined,
        referenceBeforeNanoseconds: undefined,
        referenceAfterNanoseconds: undefined,
        flags: [],
      };
    }),
  ).flat();
}

/** The true ratio over the whole invented corpus. */
export function trueRatio(phase: string, regime: MemsetRegime): number {
  const { perFunction, perByte } = INVENTED_COSTS.phases[phase]!;
  const fill = INVENTED_COSTS.memset[regime]!;
  let phaseTime = 0;
  let memsetTime = 0;
  for (const { sizes, stratumBytes } of INVENTED_STRATA) {
    const bytes = sizes.reduce<number>((sum, size) => sum + size, 0);
    phaseTime += (stratumBytes / bytes) * (perFunction * sizes.length + perByte * bytes);
    memsetTime += (stratumBytes / bytes) * (fill.perFill * sizes.length + fill.perByte * bytes);
  }
  return phaseTime / memsetTime;
}
