import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';

import {
  exportCosts,
  MissingMeasurement,
  recommendForWasmi,
  recommendForWasmtime,
  WASMI_DEFAULT_COSTS,
  type Anchor,
  type ExportEngine,
  type MeasuredCosts,
} from '../../harness/dist/export/index.js';
import type { ExecutionClass } from '@wasm-dyno/engine';
import type { Bounded } from '../../reports/dist/index.js';
import { runnersFolder } from '../../harness/dist/targets/engine-targets.js';
import { targetOrSkip } from './rust-target.js';

const about = (estimate: number): Bounded => ({ estimate, low: estimate * 0.95, high: estimate * 1.05 });

const COSTS: MeasuredCosts = {
  provenance: {
    engine: 'wasmi',
    engineVersion: '2.0.0',
    flags: ['consume_fuel=true'],
    machine: 'a machine\n// of two lines',
    date: '2026-01-31T12:00:00Z',
    kernel: 'native-memset',
    regime: 'memory',
    confidenceLevel: 0.961,
    processes: 12,
    verdict: 'ok',
  },
  memsetNanosecondsPerByte: 0.05,
  validateRatio: about(170),
  translateRatio: about(500),
  compileRatio: undefined,
  operatorNanoseconds: about(1.7),
};

/** The same with times of classes: a constant takes next to nothing, a fill more than a byte can tell. */
const BY_CLASS: MeasuredCosts = {
  ...COSTS,
  operatorTimes: {
    measuredOn: 'embedded 0.1.0, interpreter',
    nanoseconds: new Map<ExecutionClass, Bounded>([
      ['constant', about(0.01)],
      ['i32-arithmetic', about(1.72)],
      ['memory-bulk', about(40)],
      ['branch', about(0.001)],
      ['f64-division', about(6)],
      ['vector-float', about(9)],
    ]),
  },
};

describe('costs of operators by class', () => {
  it('are whole fuel to the nearest, 1 at least where a loop could be for nothing, and told where rounded far', () => {
    const { bytesCopiedPerFuel, classes } = recommendForWasmi(BY_CLASS, { anchor: 'memset' });
    const perFuel = 0.05 * bytesCopiedPerFuel.value;
    assert.equal(classes!.get('i32-arithmetic')!.value, Math.round(1.72 / perFuel));
    assert.deepEqual(
      ['constant', 'branch', 'memory-bulk'].map((name) => classes!.get(name as ExecutionClass)!.value),
      [0, 1, Math.min(255, Math.round(40 / perFuel))],
    );
    const { notices, text } = exportCosts(BY_CLASS, { for: 'wasmtime', anchor: 'memset' }, 'rust');
    const told = notices.find((line) => line.startsWith('operators cost what they take on embedded'))!;
    assert.match(told, /rounded by more than 10%: .*memory-bulk 800 as 255/);
    assert.match(text, /const F64_DIVISION: u8 = 120;/);
    assert.match(text, /costs\.F64Div = F64_DIVISION;/);
    // A class that was not measured costs what any operator does.
    assert.match(text, /costs\.I64DivS = OPERATOR;/);
    assert.match(text, /by class, measured on embedded 0\.1\.0, interpreter/);
  });

  it('stand in TOML and JSON too', () => {
    const { text } = exportCosts(BY_CLASS, { for: 'wasmi', anchor: 'memset' }, 'toml');
    assert.match(text, /^\[wasmi\.operators\]$[^]*^f64-division = \d+ # [\d.]+$/m);
    const json = JSON.parse(exportCosts(BY_CLASS, { for: 'wasmi', anchor: 'memset' }, 'json').text) as {
      operators: Record<string, { exact: number; value: number }>;
    };
    assert.deepEqual(Object.keys(json.operators), [...BY_CLASS.operatorTimes!.nanoseconds.keys()]);
  });

  it('are of classes that the engines’ operators are of, and not of sizes', () => {
    const { measuredOn, nanoseconds } = BY_CLASS.operatorTimes!;
    const others: [ExecutionClass, Bounded][] = (
      ['bulk-bytes', 'table-elements', 'host-call', 'loop'] as const
    ).map((name) => [name, about(1000)]);
    const costs = {
      ...BY_CLASS,
      operatorTimes: { measuredOn, nanoseconds: new Map([...nanoseconds, ...others]) },
    };
    for (const engine of ['wasmi', 'wasmtime'] as const)
      for (const format of ['rust', 'toml', 'json'] as const) {
        const options = { for: engine, anchor: 'memset' } as const;
        const { notices, text } = exportCosts(costs, options, format);
        assert.deepEqual({ notices, text }, exportCosts(BY_CLASS, options, format));
      }
  });

  it('stand for an operator where no time of an executed fuel was measured', () => {
    const costs = { ...BY_CLASS, operatorNanoseconds: undefined };
    assert.equal(recommendForWasmtime(costs, { anchor: 'memset' }).operator.value, 34);
    assert.equal(recommendForWasmi(costs, { anchor: 'operator' }).classes!.get('f64-division')!.value, 3);
  });
});

describe('recommended fuel costs', () => {
  it('keeps 64 bytes per fuel where the ratios round well, and takes fewer where they do not', () => {
    const large = recommendForWasmi(
      {
        ...COSTS,
        translateRatio: about(6400),
        validateRatio: about(1600),
        operatorNanoseconds: undefined,
      },
      { anchor: 'memset' },
    );
    assert.equal(large.bytesCopiedPerFuel.value, 64);
    assert.equal(large.fuelPerBytesTranslated.value, 100);
    const small = recommendForWasmi(
      { ...COSTS, translateRatio: about(25), validateRatio: about(8) },
      { anchor: 'memset' },
    );
    assert.ok(small.bytesCopiedPerFuel.value < 64);
    assert.ok(small.fuelPerBytesTranslated.roundingError <= 0.05);
    assert.ok(small.operator!.roundingError <= 0.05);
  });

  it('never charges compiling under its estimate, and says by how much it charges over it', () => {
    const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, positive, (translate, validate, operator, memset) => {
        const costs: MeasuredCosts = {
          ...COSTS,
          memsetNanosecondsPerByte: memset,
          translateRatio: about(translate),
          validateRatio: about(validate),
          operatorNanoseconds: about(operator),
        };
        for (const anchor of ['memset', 'operator'] as const) {
          const { fuelPerBytesTranslated: cost } = recommendForWasmi(costs, { anchor });
          assert.ok(Number.isInteger(cost.value) && cost.value >= 1 && cost.value < 2 ** 32);
          if (!cost.clamped) assert.ok(cost.roundingError >= -1e-12);
          assert.ok(
            Math.abs(cost.exact.estimate * (1 + cost.roundingError) - cost.value) <= 1e-6 * cost.value,
          );
          const { operator: perOperator } = recommendForWasmtime(costs, { anchor });
          assert.ok(perOperator.value >= 1 && perOperator.value <= 255);
        }
      }),
    );
  });

  it('leaves operators out where their time is not known', () => {
    const without = { ...COSTS, operatorNanoseconds: undefined };
    assert.equal(recommendForWasmi(without, { anchor: 'memset' }).operator, undefined);
    assert.match(
      exportCosts(without, { for: 'wasmi', anchor: 'memset' }, 'rust').text,
      /^\/\/ No operator_cost/m,
    );
  });

  it('says what is missing', () => {
    assert.throws(
      () => recommendForWasmi({ ...COSTS, operatorNanoseconds: undefined }, { anchor: 'operator' }),
      MissingMeasurement,
    );
    assert.throws(() => recommendForWasmi(COSTS, { anchor: 'memset', bytesPerFuel: 0 }), RangeError);
  });

  it('writes TOML and JSON with the provenance', () => {
    const { text: toml } = exportCosts(COSTS, { for: 'wasmi', anchor: 'memset' }, 'toml');
    assert.match(toml, /^# .*2026-01-31T12:00:00Z/m);
    assert.match(toml, /^bytes_copied_per_fuel = 2$\n.*\nfuel_per_bytes_translated = 250$/m);
    assert.match(toml, /^operator = 17$/m);
    for (const line of toml.split('\n')) assert.match(line, /^(#.*|\[wasmi\]|\w+ = .+|)$/);
    const exported = exportCosts(COSTS, { for: 'wasmtime', anchor: 'operator' }, 'json');
    const json = JSON.parse(exported.text) as {
      costs: Record<string, { value: number; roundingError: number }>;
    };
    assert.equal(json.costs['memory_per_byte']!.value, 0);
    assert.equal(json.costs['memory_per_byte']!.roundingError, -1);
    assert.deepEqual(exported.notices, [
      'memory_per_byte: 0.02941 is rounded to 0: -100.0% of what was measured',
    ]);
  });
});

/** A function of no parameters that fills 6400 bytes, and has 9 charged operators besides the fill. */
const FILLS = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x05, 0x03, 0x01, 0x00, 0x01],
  ...[0x07, 0x08, 0x01, 0x04, 0x66, 0x69, 0x6c, 0x6c, 0x00, 0x00],
  // i32.const 0, i32.const 1, i32.const 6400, memory.fill 0; twice (i32.const 1, i32.const 2, i32.add, drop)
  ...[0x0a, 0x1b, 0x01, 0x19, 0x00],
  ...[0x41, 0x00, 0x41, 0x01, 0x41, 0x80, 0x32, 0xfc, 0x0b, 0x00],
  ...[0x41, 0x01, 0x41, 0x02, 0x6a, 0x1a, 0x41, 0x01, 0x41, 0x02, 0x6a, 0x1a],
  ...[0x01, 0x0b],
);
const BODY_BYTES = 25;
const CHARGED_OPERATORS = 10;
const FILLED_BYTES = 6400;

describe('exported Rust code', function () {
  // The first build of a crate takes a minute or two; later ones seconds.
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-export-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Lines that the check program prints, with the export compiled into it. */
  function charged(context: Mocha.Context, engine: ExportEngine, anchor: Anchor, costs = COSTS): string[][] {
    // Whoever has built the runner has its crates compiled already; without, this would take many minutes.
    targetOrSkip(context, engine === 'wasmi' ? 'wasmi' : 'wasmtime');
    const exported = join(folder, `${engine}-${anchor}${costs === COSTS ? '' : '-classes'}.rs`);
    writeFileSync(exported, exportCosts(costs, { for: engine, anchor }, 'rust').text);
    const module = join(folder, 'fills.wasm');
    writeFileSync(module, FILLS);
    const { status, stdout, stderr } = spawnSync(
      'cargo',
      [
        'run',
        '--quiet',
        '--locked',
        '--release',
        '--target-dir',
        runnersFolder(),
        '--package',
        `exported-costs-${engine}`,
        '--',
        module,
        'fill',
      ],
      {
        cwd: fileURLToPath(new URL('../../harness/targets/', import.meta.url)),
        env: { ...process.env, WASM_DYNO_EXPORTED_RUST: exported },
        encoding: 'utf8',
      },
    );
    assert.equal(status, 0, stderr);
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
  }

  it('compiles against Wasmi and changes the fuel charged as predicted', function () {
    const costs = recommendForWasmi(COSTS, { anchor: 'memset' });
    const lines = charged(this, 'wasmi', 'memset');
    assert.equal(lines.length, 4);
    for (const [mode, name, first, second] of lines) {
      const schedule =
        name === 'default'
          ? WASMI_DEFAULT_COSTS
          : {
              bytesCopiedPerFuel: costs.bytesCopiedPerFuel.value,
              fuelPerBytesTranslated: costs.fuelPerBytesTranslated.value,
              fuelPerBytesValidated: costs.fuelPerBytesValidated.value,
            };
      const validated = mode === 'Lazy' ? schedule.fuelPerBytesValidated : 0;
      assert.equal(
        Number(first) - Number(second),
        BODY_BYTES * (schedule.fuelPerBytesTranslated + validated),
        `${mode} ${name}`,
      );
    }
    const run = (name: string): number => Number(lines.find((line) => line[1] === name)![3]);
    assert.equal(
      run('exported') - run('default'),
      Math.floor(FILLED_BYTES / costs.bytesCopiedPerFuel.value) -
        Math.floor(FILLED_BYTES / 64) +
        CHARGED_OPERATORS * (costs.operator!.value - 1),
    );
  });

  for (const anchor of ['memset', 'operator'] as const) {
    it(`compiles against Wasmtime and changes the fuel charged as predicted (anchor ${anchor})`, function () {
      const { operator, memoryPerByte } = recommendForWasmtime(COSTS, { anchor });
      const lines = charged(this, 'wasmtime', anchor);
      const fuel = Object.fromEntries(lines.map(([name, value]) => [name, Number(value)]));
      // By default every operator and every byte is one fuel, and entering the function is one more.
      const operators = fuel['default']! - FILLED_BYTES - 1;
      assert.equal(fuel['exported'], operators * operator.value + FILLED_BYTES * memoryPerByte.value + 1);
    });
  }

  it('charges operators by class in Wasmi, as predicted', function () {
    const costs = recommendForWasmi(BY_CLASS, { anchor: 'memset' });
    const lines = charged(this, 'wasmi', 'memset', BY_CLASS);
    const run = (name: string): number => Number(lines.find((line) => line[1] === name)![3]);
    assert.equal(
      run('exported') - run('default'),
      Math.floor(FILLED_BYTES / costs.bytesCopiedPerFuel.value) -
        Math.floor(FILLED_BYTES / 64) +
        classFuel(costs.classes!) -
        CHARGED_OPERATORS,
    );
  });

  it('charges operators by class in Wasmtime, as predicted', function () {
    const { classes, memoryPerByte } = recommendForWasmtime(BY_CLASS, { anchor: 'memset' });
    const lines = charged(this, 'wasmtime', 'memset', BY_CLASS);
    const fuel = Object.fromEntries(lines.map(([name, value]) => [name, Number(value)]));
    assert.equal(fuel['exported'], classFuel(classes!) + FILLED_BYTES * memoryPerByte.value + 1);
  });
});

/** Of what the function executes: seven constants, two sums, a fill. */
function classFuel(classes: NonNullable<ReturnType<typeof recommendForWasmi>['classes']>): number {
  const cost = (name: ExecutionClass): number => classes.get(name)!.value;
  return 7 * cost('constant') + 2 * cost('i32-arithmetic') + cost('memory-bulk');
}
