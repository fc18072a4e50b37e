/** The ways in which the suite is played on the embedded engine. */
import type { ExecutorName } from '@wasm-dyno/engine';

export const COMPILATION_MODES = ['eager', 'lazy-translation', 'lazy'] as const;
export type CompilationMode = (typeof COMPILATION_MODES)[number];

export interface RunMode {
  readonly compilationMode: CompilationMode;
  readonly executor: ExecutorName;
  readonly metering: boolean;
  /** With a seed, every call runs out of fuel at random points, drawn from it, and is resumed. */
  readonly randomFuelSeed: number | undefined;
}

/**
 * Every compilation mode on both executors, one run of each without metering, and every mode out of fuel at random points, which
 * the host executor cannot resume.
 */
export function allRunModes(seed: number): RunMode[] {
  const modesOn = (executor: ExecutorName): RunMode[] => {
    const plain = { executor, metering: true, randomFuelSeed: undefined };
    return [
      ...COMPILATION_MODES.map((compilationMode) => ({ ...plain, compilationMode })),
      { ...plain, compilationMode: 'lazy-translation', metering: false },
    ];
  };
  const interpreted = modesOn('interpreter');
  const metered = interpreted.filter(({ metering }) => metering);
  return [...interpreted, ...metered.map((mode) => ({ ...mode, randomFuelSeed: seed })), ...modesOn('host')];
}

export function runModeText(mode: RunMode): string {
  const fuel =
    mode.randomFuelSeed === undefined
      ? `metering ${mode.metering ? 'on' : 'off'}`
      : `random fuel, seed ${mode.randomFuelSeed}`;
  return `${mode.compilationMode}, ${fuel}${mode.executor === 'host' ? ', host executor' : ''}`;
}
