import type { CompileMonitor } from './compile-monitor.js';
import type { PhaseReport } from './monitor-report.js';

interface ObservableResult {
  observe(value: number, attributes?: Record<string, string>): void;
}

interface ObservableInstrument {
  addCallback(callback: (result: ObservableResult) => void): void;
  removeCallback(callback: (result: ObservableResult) => void): void;
}

interface InstrumentOptions {
  readonly description: string;
  readonly unit?: string;
}

/** What is used of the `Meter` of @opentelemetry/api. */
export interface OpenTelemetryMeter {
  /** An instrument of what only grows, asked at each collection. */
  createObservableCounter(name: string, options: InstrumentOptions): ObservableInstrument;
  /** An instrument of what goes up and down, asked at each collection. */
  createObservableGauge(name: string, options: InstrumentOptions): ObservableInstrument;
}

/** Has the meter report what the monitor sees (`wasm_dyno....`), whenever it is collected; returns how to stop that. */
export function observeWithOpenTelemetry(meter: OpenTelemetryMeter, monitor: CompileMonitor): () => void {
  const stops: (() => void)[] = [];
  const report = (instrument: ObservableInstrument, callback: (result: ObservableResult) => void) => {
    instrument.addCallback(callback);
    stops.push(() => instrument.removeCallback(callback));
  };
  const ofPhases =
    (
      ...values: readonly [
        of: (report: PhaseReport) => number | undefined,
        attributes?: Record<string, string>,
      ][]
    ) =>
    (result: ObservableResult) => {
      for (const phase of monitor.report().phases) {
        for (const [of, attributes] of values) {
          const value = of(phase);
          if (value !== undefined) result.observe(value, { phase: phase.phase, ...attributes });
        }
      }
    };
  const counter = (name: string, options: InstrumentOptions) =>
    meter.createObservableCounter(`wasm_dyno.${name}`, options);
  const gauge = (name: string, options: InstrumentOptions) =>
    meter.createObservableGauge(`wasm_dyno.${name}`, options);
  report(
    counter('compiled_functions', { description: 'Functions compiled; modules for parse.' }),
    ofPhases([(r) => r.functions]),
  );
  report(
    counter('compile_fuel', { description: 'Fuel charged for compiling.' }),
    ofPhases([(r) => r.fuelCharged]),
  );
  report(
    counter('timed_functions', { description: 'Functions that were timed; modules for parse.' }),
    ofPhases([(r) => r.timed]),
  );
  report(
    counter('compile_time', { description: 'Time of compiling those that were timed.', unit: 's' }),
    ofPhases([(r) => r.nanoseconds / 1e9]),
  );
  report(
    gauge('compile_duration', { description: 'Quantiles of the time of compiling a function.', unit: 's' }),
    ofPhases(
      [(r) => seconds(r.medianNanoseconds), { quantile: '0.5' }],
      [(r) => seconds(r.p99Nanoseconds), { quantile: '0.99' }],
    ),
  );
  report(
    gauge('compile_observed_to_charged', {
      description: 'Observed time of compiling / charged time, median by fuel with its 95% interval.',
    }),
    ofPhases(
      [(r) => r.ratio?.estimate, { bound: 'estimate' }],
      [(r) => r.ratio?.low, { bound: 'low' }],
      [(r) => r.ratio?.high, { bound: 'high' }],
    ),
  );
  report(
    gauge('compile_drift', { description: '1 slower than the price, -1 faster, 0 neither.' }),
    ofPhases([({ state }) => (state === 'slower' ? 1 : state === 'faster' ? -1 : 0)]),
  );
  return () => stops.forEach((stop) => stop());
}

function seconds(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined ? undefined : nanoseconds / 1e9;
}
