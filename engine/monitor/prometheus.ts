import type { CompileMonitor } from './compile-monitor.js';
import type { PhaseReport } from './monitor-report.js';

/** A sample as prom-client's registry writes it. */
interface PrometheusValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly metricName?: string;
}

/** What is used of prom-client's `Registry`; it takes any metric that tells its name and can be asked. */
export interface PrometheusRegistry {
  /** Keeps a metric for the scrapes to come; throws where it has one of that name. */
  registerMetric(metric: never): void;
}

type Kind = 'counter' | 'gauge' | 'histogram';
/** What prom-client makes of a metric of several processes of a cluster. */
type Aggregator = 'sum' | 'average' | 'min' | 'max';

/** Upper ends of the histogram's buckets: powers of two nanoseconds, from half a microsecond to half a second. */
const EXPONENTS = [9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29];

/**
 * Registers what the monitor sees as metrics of prom-client (`wasm_dyno_...`). Nothing is done until the registry is scraped; resetting the
 * registry's metrics resets the monitor.
 *
 * @throws Error of the registry's where it has metrics of these names
 */
export function registerPrometheusMetrics(registry: PrometheusRegistry, monitor: CompileMonitor): void {
  const register = (
    name: string,
    type: Kind,
    help: string,
    values: () => PrometheusValue[],
    aggregator: Aggregator = 'sum',
  ) => {
    const described = { name: `wasm_dyno_${name}`, help, type, aggregator };
    const metric = {
      ...described,
      // OpenMetrics writes counters by another name, which the registry puts in the place of this one.
      get: () => Promise.resolve({ ...described, name: metric.name, values: values() }),
      reset: () => monitor.reset(),
    };
    registry.registerMetric(metric as never);
  };
  const ofPhases = (valueOf: (report: PhaseReport) => number | undefined) => () =>
    monitor.report().phases.flatMap((report) => {
      const value = valueOf(report);
      return value === undefined ? [] : [{ value, labels: { phase: report.phase } }];
    });
  register(
    'compiled_functions_total',
    'counter',
    'Functions compiled; modules for parse.',
    ofPhases((r) => r.functions),
  );
  register(
    'compile_fuel_total',
    'counter',
    'Fuel charged for compiling.',
    ofPhases((r) => r.fuelCharged),
  );
  register(
    'compile_duration_seconds',
    'histogram',
    'Time of compiling a function, of those that were timed.',
    () => durations(monitor),
  );
  register(
    'compile_observed_to_charged',
    'gauge',
    'Observed time of compiling / charged time, median by fuel.',
    ofPhases((r) => r.ratio?.estimate),
    'average',
  );
  register(
    'compile_observed_to_charged_low',
    'gauge',
    'Lower end of its 95% interval.',
    ofPhases((r) => r.ratio?.low),
    'min',
  );
  register(
    'compile_observed_to_charged_high',
    'gauge',
    'Upper end of its 95% interval.',
    ofPhases((r) => r.ratio?.high),
    'max',
  );
  register(
    'compile_drift',
    'gauge',
    'Whether compiling has drifted from its price: 1 slower, -1 faster, 0 neither.',
    ofPhases(({ state }) => (state === 'slower' ? 1 : state === 'faster' ? -1 : 0)),
    'average',
  );
  register(
    'unit_ratio',
    'gauge',
    "The memset now / the profile's.",
    () => {
      const { unit } = monitor.report();
      return unit === undefined ? [] : [{ value: unit.estimate, labels: {} }];
    },
    'average',
  );
}

function durations(monitor: CompileMonitor): PrometheusValue[] {
  const name = 'wasm_dyno_compile_duration_seconds';
  return (['parse', 'validate', 'translate'] as const).flatMap((phase) => {
    const { below, count, sum } = monitor.times(phase);
    const buckets: PrometheusValue[] = EXPONENTS.map((exponent) => ({
      metricName: `${name}_bucket`,
      value: below(exponent),
      labels: { le: 2 ** exponent / 1e9, phase },
    }));
    const all: PrometheusValue[] = [
      ...buckets,
      { metricName: `${name}_bucket`, value: count, labels: { le: '+Inf', phase } },
      { metricName: `${name}_sum`, value: sum / 1e9, labels: { phase } },
      { metricName: `${name}_count`, value: count, labels: { phase } },
    ];
    return all;
  });
}
