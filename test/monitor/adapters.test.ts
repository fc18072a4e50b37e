import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { AggregatorRegistry, Registry } from 'prom-client';
import { CompileMonitor, Engine } from '@wasm-dyno/engine';
import { observeWithOpenTelemetry } from '@wasm-dyno/engine/opentelemetry';
import { registerPrometheusMetrics } from '@wasm-dyno/engine/prometheus';
import { profileExample } from '../profile/profile-example.js';
import { CompilingMachine } from './compiling-machine.js';

function driftedMonitor(factor = 3): CompileMonitor {
  const profile = profileExample();
  const engine = new Engine({ profile, profileCheck: 'warn' });
  const machine = new CompilingMachine(1, factor);
  const monitor = CompileMonitor.of(engine, { profile, reference: machine.reference, warmUpFunctions: 0 });
  for (let i = 0; i < 1_000; i++) monitor.observe(machine.compile('translate'));
  return monitor;
}

describe('a monitor’s metrics', () => {
  it('are scraped over HTTP as Prometheus’ text', async () => {
    const registry = new Registry();
    registerPrometheusMetrics(registry, driftedMonitor());
    const server = createServer((_, response) => {
      void registry
        .metrics()
        .then((text) => response.setHeader('content-type', registry.contentType).end(text));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
      match(response.headers.get('content-type')!, /^text\/plain/);
      const text = await response.text();
      const value = (line: RegExp) => Number(line.exec(text)?.[1]);
      equal(value(/^wasm_dyno_compiled_functions_total\{phase="translate"\} (.*)$/m), 1_000);
      equal(value(/^wasm_dyno_compile_drift\{phase="translate"\} (.*)$/m), 1);
      equal(value(/^wasm_dyno_compile_drift\{phase="validate"\} (.*)$/m), 0);
      const ratio = value(/^wasm_dyno_compile_observed_to_charged\{phase="translate"\} (.*)$/m);
      ok(ratio > 2 && ratio < 4, `${ratio}`);
      match(text, /^# TYPE wasm_dyno_compile_duration_seconds histogram$/m);
      equal(value(/^wasm_dyno_compile_duration_seconds_count\{phase="translate"\} (.*)$/m), 1_000);
      equal(
        value(/^wasm_dyno_compile_duration_seconds_bucket\{le="\+Inf",phase="translate"\} (.*)$/m),
        1_000,
      );
      const buckets = [
        ...text.matchAll(
          /^wasm_dyno_compile_duration_seconds_bucket\{le="[^+"]*",phase="translate"\} (.*)$/gm,
        ),
      ];
      const counts = buckets.map(([, count]) => Number(count));
      equal(counts.length, 11);
      deepEqual(
        counts,
        counts.toSorted((a, b) => a - b),
      );
    } finally {
      server.close();
    }
  });

  it('are named as OpenMetrics has it where the registry writes that', async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    registerPrometheusMetrics(registry, driftedMonitor());
    for (let scrape = 0; scrape < 2; scrape++) {
      const text = await registry.metrics();
      match(text, /^# TYPE wasm_dyno_compiled_functions counter$/m);
      match(text, /^wasm_dyno_compiled_functions_total\{phase="translate"\} 1000$/m);
      match(text, /^# EOF$/m);
      ok(!text.includes('total_total'));
    }
  });

  it('of a cluster’s processes are summed where they are counts, and not where they are ratios', async () => {
    const registry = new Registry();
    registerPrometheusMetrics(registry, driftedMonitor());
    const process = await registry.getMetricsAsJSON();
    const text = await AggregatorRegistry.aggregate([process, process] as never).metrics();
    const value = (name: string) =>
      Number(new RegExp(`^wasm_dyno_${name}\\{phase="translate"\\} (.*)$`, 'm').exec(text)?.[1]);
    equal(value('compiled_functions_total'), 2_000);
    equal(value('compile_drift'), 1);
    const ratio = value('compile_observed_to_charged');
    ok(ratio > 2 && ratio < 4, `${ratio}`);
    ok(
      value('compile_observed_to_charged_low') <= ratio && ratio <= value('compile_observed_to_charged_high'),
    );
  });

  it('of a cluster tell drift of one process, in whichever direction', async () => {
    for (const factor of [3, 1 / 3]) {
      const processes = await Promise.all(
        [1, factor, 1].map((times) => {
          const registry = new Registry();
          registerPrometheusMetrics(registry, driftedMonitor(times));
          return registry.getMetricsAsJSON();
        }),
      );
      const text = await AggregatorRegistry.aggregate(processes as never).metrics();
      const value = Number(/^wasm_dyno_compile_drift\{phase="translate"\} (.*)$/m.exec(text)?.[1]);
      equal(Math.sign(value), factor > 1 ? 1 : -1, text);
    }
  });

  it('begin anew with the registry’s', async () => {
    const registry = new Registry();
    registerPrometheusMetrics(registry, driftedMonitor());
    registry.resetMetrics();
    match(await registry.metrics(), /^wasm_dyno_compiled_functions_total\{phase="translate"\} 0$/m);
  });

  it('reach an exporter of OpenTelemetry’s', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6 });
    const provider = new MeterProvider({ readers: [reader] });
    const stop = observeWithOpenTelemetry(provider.getMeter('test'), driftedMonitor());
    await reader.forceFlush();
    const metrics = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    const points = (name: string) =>
      metrics
        .filter(({ descriptor }) => descriptor.name === `wasm_dyno.${name}`)
        .flatMap(({ dataPoints }) => dataPoints as { attributes: object; value: unknown }[]);
    const of = (name: string, attributes: object) =>
      points(name).find((point) => JSON.stringify(point.attributes) === JSON.stringify(attributes))?.value;
    equal(of('compiled_functions', { phase: 'translate' }), 1_000);
    equal(of('compile_drift', { phase: 'translate' }), 1);
    const ratio = of('compile_observed_to_charged', { phase: 'translate', bound: 'estimate' }) as number;
    ok(ratio > 2 && ratio < 4, `${ratio}`);
    ok((of('compile_duration', { phase: 'translate', quantile: '0.99' }) as number) > 0);
    stop();
    exporter.reset();
    await reader.forceFlush();
    await provider.shutdown();
  });
});
