/** The ways in which the suite is played on the embedded engine. */

export const COMPILATION_MODES = ['eager', 'lazy-translation', 'lazy'] as const;
export type CompilationMode = (typeof COMPILATION_MODES)[number];

export interface RunMode {
  readonly compilationMode: CompilationMode;
  readonly metering: boolean;
  /** With a seed, every call runs out of fuel at random points, drawn from it, and is resumed. */
  readonly randomFuelSeed: number | undefined;
}

/** Every compilation mode plain and out of fuel at random points, and one run without metering. */
export function allRunModes(seed: number): RunMode[] {
  const metered = COMPILATION_MODES.map((compilationMode) => ({
    compilationMode,
    metering: true,
    randomFuelSeed: undefined,
  }));
  return [
    ...metered,
    { compilationMode: 'lazy-translation', metering: false, randomFuelSeed: undefined },
    ...metered.map((mode) => ({ ...mode, randomFuelSeed: seed })),
  ];
}

export function runModeText(mode: RunMode): string {
  const fuel =
    mode.randomFuelSeed === undefined
      ? `metering ${mode.metering ? 'on' : 'off'}`
      : `random fuel, seed ${mode.randomFuelSeed}`;
  return `${mode.compilationMode}, ${fuel}`;
}
