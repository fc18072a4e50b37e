import { DEFAULT_UNIT } from '../profile/index.js';
import type { EffortName } from '../schedule/effort.js';
import type { RunOptions } from '@wasm-dyno/reports/recorded-run';
import type { Fitness } from '../machine/fitness.js';
import type { PlannedProcess } from '../schedule/process-plan.js';

/** What a calibration is asked to do. */
export interface CalibrationSettings {
  /** The user's own modules: files and folders. */
  readonly modules: readonly string[];
  readonly corpora: readonly string[];
  /** Names or `name=command`; see `resolveTarget`. */
  readonly engines: readonly string[];
  readonly effort: EffortName;
  /** Wanted relative half-width of the charged ratios' intervals; null: as the effort gives it. */
  readonly precision: number | null;
  readonly policy: 'warm' | 'cold';
  /** What one fuel of the profile is, for example `64B` or `10ps`; 64 bytes unless told. */
  readonly unit?: string | undefined;
  readonly seed: number;
  /** Whether functions are timed one by one, too, for models. */
  readonly census?: boolean | undefined;
  /** Which executor executing is to be charged by; undefined where it is not to be measured. The run only records it: see `priceExecution`. */
  readonly execution?: RunOptions['execution'];
  /** Write a profile although the data are insufficient. */
  readonly force?: boolean;
  /** The run directory to make. */
  readonly directory: string;
}

/** What happens while calibrating, for whoever shows it. */
export type CalibrationEvent =
  | { readonly kind: 'fitness'; readonly fitness: Fitness }
  | { readonly kind: 'notice'; readonly message: string }
  | {
      readonly kind: 'plan';
      readonly processes: number;
      readonly pairs: number;
      readonly estimatedSeconds: number;
      readonly budgetSeconds: number;
    }
  | {
      readonly kind: 'progress';
      readonly done: number;
      readonly total: number;
      readonly secondsLeft: number;
      readonly process: PlannedProcess;
    };

export type CalibrationListener = (event: CalibrationEvent) => void;

/** The settings in the form in which the run records them. */
export function recordedOptions(settings: CalibrationSettings): RunOptions {
  const {
    modules,
    corpora,
    engines,
    effort,
    precision,
    policy,
    force = false,
    unit = DEFAULT_UNIT,
    census = false,
    execution,
  } = settings;
  return {
    ...{ modules, corpora, engines, effort, precision, policy, unit, census, force },
    ...(execution === undefined ? {} : { execution }),
  };
}

export interface CalibrateOptions {
  /** Aborting ends the run in order: it can be resumed. */
  readonly signal?: AbortSignal;
  readonly onEvent?: CalibrationListener;
  /** Write a profile although the data are insufficient. */
  readonly force?: boolean;
  /** When resuming: the executor that executing is charged by from now on, as `CalibrationSettings.execution`; as before unless told. */
  readonly execution?: CalibrationSettings['execution'];
  /** When resuming: the engines as the user names them again, which programs of the user's own need. */
  readonly engines?: readonly string[];
  /** Receives what targets write to their standard error; default: passed through. */
  readonly onStandardError?: (text: string) => void;
}
