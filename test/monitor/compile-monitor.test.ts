import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Operator } from '@wasm-dyno/engine/operators';
import {
  adjustedProfile,
  agreedProfileId,
  type CompilationMode,
  CompileError,
  CompileMonitor,
  Engine,
  type EngineConfig,
  type HardwareProfile,
  Linker,
  type Module,
  type MonitorRecord,
  MonitorRecordError,
  type ProfilePrice,
  Store,
  type WatchedModule,
} from '@wasm-dyno/engine';
import { profileExample, withModels } from '../profile/profile-example.js';
import { CompilingMachine } from './compiling-machine.js';

/** The example, with intervals as narrow as a good calibration's over sixty modules. */
function profile(): HardwareProfile {
  const example = profileExample();
  const { phases, sizeClasses } = example.policies.warm;
  const narrow = Object.entries(phases).map(([phase, price]) => {
    const { estimate } = price.multiplier;
    const multiplier = { ...price.multiplier, low: 0.97 * estimate, high: 1.03 * estimate };
    const corpusInterval = {
      ...price.corpusInterval!,
      low: 0.95 * estimate,
      high: 1.05 * estimate,
      modules: 60,
    };
    return [
      phase,
      { ...price, multiplier, multiplierThousandths: Math.ceil(1000 * estimate), rule, corpusInterval },
    ];
  });
  return { ...example, policies: { warm: { phases: Object.fromEntries(narrow), sizeClasses } } };
}

const rule = 'estimate-rounded-up';

function prices({ policies }: HardwareProfile) {
  return policies.warm.phases.translate!.multiplier;
}

/** Seeds that nothing was tuned with: its constants were chosen on 1 to 1,000. */
function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 20_261_129 + 7_919 * i);
}

/** Of an engine that charges by the profile, with the machine's memset, in a process that has compiled for long. */
function monitorOf(machine: CompilingMachine, charged = profile()): CompileMonitor {
  const engine = new Engine({ profile: charged, profileCheck: 'warn' });
  return CompileMonitor.of(engine, { profile: charged, reference: machine.reference, warmUpFunctions: 0 });
}

describe('a monitor of compiling', () => {
  for (const [factor, state] of [
    [2, 'slower'],
    [0.5, 'faster'],
  ] as const) {
    it(`tells drift by a factor of ${factor} within 200 functions of 48 modules, and proposes the truth within 10%`, () => {
      for (const seed of seeds(20)) {
        const machine = new CompilingMachine(seed, factor, 1, { modules: 48 });
        const monitor = monitorOf(machine);
        for (let i = 0; i < 200; i++) monitor.observe(machine.compile('translate'));
        const [translate] = monitor.report().phases.filter(({ phase }) => phase === 'translate');
        equal(translate!.state, state, `seed ${seed}: ${JSON.stringify(translate)}`);
        for (let i = 0; i < 9_800; i++) monitor.observe(machine.compile('translate'));
        const adjusted = adjustedProfile(profile(), monitor, '2026-03-01T00:00:00Z')!;
        const before = profile().policies.warm.phases.translate!;
        const after = adjusted.policies.warm.phases.translate!;
        const truth = before.multiplierThousandths * factor * machine.typical;
        ok(
          Math.abs(after.multiplierThousandths / truth - 1) < 0.1,
          `seed ${seed}: ${after.multiplierThousandths}`,
        );
        deepEqual(monitor.report().drift, ['translate']);
        ok(
          adjusted.warnings.some((line) =>
            line.startsWith('translate was adjusted by monitoring on 2026-03-01'),
          ),
        );
      }
    });
  }

  for (const [functionsInRow, modules] of [
    [1, 32],
    [20, 6],
    [3_000, 24],
  ] as const)
    it(`tells nothing of 100,000 compiles of ${modules} modules, ${functionsInRow} functions in a row, under changing load, in 20 runs`, () => {
      for (const seed of seeds(20)) {
        const machine = new CompilingMachine(seed, 1, 3, { functionsInRow, modules });
        const told: string[] = [];
        const charged = profile();
        const engine = new Engine({ profile: charged, profileCheck: 'warn' });
        const monitor = CompileMonitor.of(engine, {
          profile: charged,
          reference: machine.reference,
          warmUpFunctions: 0,
          onDrift: ({ functions, phase, state }) => told.push(`${phase} ${state} after ${functions}`),
        });
        for (let i = 0; i < 50_000; i++) {
          monitor.observe(machine.compile('validate'));
          monitor.observe(machine.compile('translate'));
        }
        deepEqual(told, [], `seed ${seed}`);
        const { overModules, ratio, state } = monitor.report().phases[2]!;
        equal(state, 'steady');
        ok(ratio!.low <= ratio!.estimate && ratio!.estimate <= ratio!.high);
        ok(Math.abs(overModules!.estimate - 1) < 0.3, `seed ${seed}: ${overModules!.estimate}`);
        ok(overModules!.low < overModules!.estimate && overModules!.estimate < overModules!.high);
      }
    }).timeout(600_000);

  it('errs at the bound itself about once in as many samples as it is to, in the short windows of its first 480', () => {
    const { high } = monitorOf(new CompilingMachine(1, 1)).settings.bounds.translate;
    let told = 0;
    const monitors = 2_000;
    for (const seed of seeds(monitors)) {
      const machine = new CompilingMachine(seed, high, 1, { functionsInRow: 10, modules: 96 });
      machine.factor /= machine.typical;
      const monitor = monitorOf(machine);
      for (let i = 0; i < 480; i++) monitor.observe(machine.compile('translate'));
      told += monitor.report().drift.length;
    }
    const expected = (480 * monitors) / 1e5;
    ok(told > 0 && told < 3 * expected, `${told}, where ${expected} are expected`);
  }).timeout(600_000);

  describe('of functions that are met once, which take 1.4 times what a warm price is of', () => {
    const TIMES = 1.4;
    /** As calibrations tell it: cold at first, then as long as all that are met once. */
    const ladder = [
      { functions: 100, nanoseconds: 2_000_000, timesWarm: 10, processes: 1 },
      { functions: 1_000, nanoseconds: 6_000_000, timesWarm: 3, processes: 1 },
      {
        functions: 6_000,
        nanoseconds: 6_000_000 + TIMES * 10_000_000,
        timesWarm: (6_000_000 + TIMES * 10_000_000) / 12_000_000,
        processes: 1,
      },
    ];

    function withLadder(firstFunctions: NonNullable<ProfilePrice['firstFunctions']>): HardwareProfile {
      const charged = withModels(profile());
      const { phases, sizeClasses } = charged.policies.warm;
      const measured = Object.entries(phases).map(([phase, price]) => [phase, { ...price, firstFunctions }]);
      return { ...charged, policies: { warm: { phases: Object.fromEntries(measured), sizeClasses } } };
    }

    const boundsOf = (charged: HardwareProfile) => {
      const engine = new Engine({ profile: charged, profileCheck: 'warn' });
      const monitor = CompileMonitor.of(engine, { profile: charged, reference: () => 1 });
      return monitor.settings.bounds.translate;
    };
    const { factor } = withModels(profile()).models!.phases.translate!.models[1]!.policies.p90;

    for (const [charges, state] of [
      [1, 'steady'],
      [0.5, 'slower'],
      [2, 'faster'],
    ] as const)
      it(`tells ${state} where ${charges} of the right price is charged`, () => {
        for (const seed of seeds(20)) {
          const charged = withLadder(ladder);
          const engine = new Engine({ profile: charged, profileCheck: 'warn' });
          const machine = new CompilingMachine(seed, TIMES / factor / charges, charges === 1 ? 3 : 1, {
            modules: 48,
          });
          const told: string[] = [];
          const monitor = CompileMonitor.of(engine, {
            profile: charged,
            reference: machine.reference,
            warmUpFunctions: 0,
            onDrift: ({ functions, state: of }) => told.push(`${of} after ${functions}`),
          });
          for (let i = 0; i < 20_000; i++) monitor.observe(machine.compile('translate'));
          const { proposal, state: found } = monitor.report().phases[2]!;
          equal(found, state, `seed ${seed}: ${told.join()}`);
          if (charges === 1) deepEqual(told, [], `seed ${seed}`);
          else
            ok(
              Math.abs((proposal!.estimate * charges) / machine.typical - 1) < 0.1,
              `seed ${seed}: ${proposal!.estimate}`,
            );
        }
      });

    it('takes no such figure from a ladder that tells none', () => {
      const without = boundsOf(withModels(profile()));
      const is = (firstFunctions: typeof ladder, times: number) => {
        const { high, low, typical = 1 } = boundsOf(withLadder(firstFunctions));
        ok(Math.abs(low / without.low / times - 1) < 1e-9, `${times}: ${low}`);
        ok(Math.abs(high / without.high / times - 1) < 1e-9, `${times}: ${high}`);
        ok(Math.abs(typical / without.typical! / times - 1) < 1e-9, `${times}: ${typical}`);
      };
      is(ladder, TIMES);
      const [, before, all] = ladder;
      is([], 1);
      is([all!], 1);
      is(ladder.slice(0, 2), 1);
      // Hardly more functions; faster than the warm price; hundreds of times as slow; less than what the rung before took.
      is([before!, { ...all!, functions: 1_100 }], 1);
      is([before!, { ...all!, nanoseconds: 8_000_000, timesWarm: 8 / 12 }], 1);
      is([before!, { ...all!, nanoseconds: 5_000_000_000, timesWarm: 400 }], 2);
      is([before!, { ...all!, nanoseconds: 1_000_000, timesWarm: 0.1 }], 1);
    });

    it('goes by what was watched, where the profile has that', () => {
      const [without, of] = [boundsOf(withModels(profile())), boundsOf(withWatched(1.7, 1.7))];
      for (const bound of ['low', 'high', 'typical'] as const)
        ok(Math.abs(of[bound]! / without[bound]! / 1.7 - 1) < 1e-9, bound);
    });

    for (const factor of [1, 0.5, 2])
      it(`knows of functions that are compiled eagerly and lazily what each take, where ${factor} times the typical is taken`, () => {
        const charged = withWatched(1, 2.5);
        const engine = new Engine({ profile: charged, profileCheck: 'warn' });
        const { typical } = boundsOf(charged);
        const newMonitor = () =>
          CompileMonitor.of(engine, { profile: charged, reference: () => 0.0115, warmUpFunctions: 0 });
        const monitors = (['eager', 'lazy'] as const).map((compilationMode, i) => {
          const machine = new CompilingMachine(5 + i, (factor * typical! * [1, 2.5][i]!) / Math.sqrt(2.5), 1);
          const monitor = newMonitor();
          for (let done = 0; done < 20_000; done++) {
            const event = machine.compile('translate');
            monitor.observe({ ...event, module: moduleOf(event.module, compilationMode) });
          }
          const { bounds, overModules, proposal, state } = monitor.report().phases[2]!;
          equal(bounds.eager! * 2.5, bounds.lazy);
          equal(state, factor === 1 ? 'steady' : factor < 1 ? 'faster' : 'slower', compilationMode);
          const found = (proposal?.estimate ?? overModules!.estimate / typical!) / machine.typical;
          ok(Math.abs(found / factor - 1) < 0.1, `${compilationMode}: ${found}`);
          return monitor;
        });
        // Services of both kinds are merged.
        monitors[0]!.merge(monitors[1]!);
        equal(monitors[0]!.report().drift.length, factor === 1 ? 0 : 1);
      });

    /** The same for the same module. */
    const modules = new Map<WatchedModule, WatchedModule>();
    function moduleOf(module: WatchedModule, compilationMode: CompilationMode): WatchedModule {
      const known = modules.get(module) ?? { ...module, engine: { compilationMode } };
      modules.set(module, known);
      return known;
    }

    function withWatched(eagerly: number, lazily: number): HardwareProfile {
      const charged = withLadder(ladder);
      const { phases, sizeClasses } = charged.policies.warm;
      const [eager, lazy] = [eagerly, lazily].map((timesWarm) => ({
        timesWarm,
        low: 0.9 * timesWarm,
        high: 1.1 * timesWarm,
        confidenceLevel: 0.95,
        modules: 20,
        functions: 20_000,
      }));
      const translate = { ...phases.translate!, watched: { eager: eager!, lazy: lazy! } };
      return { ...charged, policies: { warm: { phases: { ...phases, translate }, sizeClasses } } };
    }
  });

  it('reads a memset of which the first fillings find cold caches, the small ones most', () => {
    const charged = profile();
    const engine = new Engine({ profile: charged, profileCheck: 'warn' });
    // What the small and the large fillings take, in microseconds, of each reading.
    const readings = [
      [4.5, 7.5],
      [3, 6.5],
      [3.2, 6.6],
    ].flatMap((filling) => [1, ...filling]);
    let [time, calls] = [0, 0];
    const now = () => {
      // The first ten look at the clock's own step.
      time += (calls < 10 ? 0.1 : readings[(calls - 10) % readings.length]!) / 1_000;
      calls++;
      return time;
    };
    Object.defineProperty(performance, 'now', { configurable: true, value: now });
    try {
      const { unit } = CompileMonitor.of(engine, { profile: charged }).report();
      const { fromBytes, nanosecondsPerByte, toBytes } = charged.unit;
      const filled = Math.ceil(196_608 / (toBytes - fromBytes)) * (toBytes - fromBytes);
      const found = unit!.estimate * nanosecondsPerByte.estimate * filled;
      ok(Math.abs(found / 3_500 - 1) < 0.1, `${found} ns, by ${calls} looks at the clock`);
    } finally {
      Reflect.deleteProperty(performance, 'now');
    }
  });

  it('counts parsing, and does not judge it', () => {
    const machine = new CompilingMachine(1, 10);
    const monitor = monitorOf(machine);
    for (let i = 0; i < 1_000; i++)
      monitor.observe({ ...machine.compile('parse'), functionIndex: undefined });
    const { drift, phases } = monitor.report();
    const { functions, overModules, proposal, state } = phases[0]!;
    deepEqual([state, functions, proposal, drift], ['not-judged', 1_000, undefined, []]);
    ok(overModules!.estimate > 7);
  });

  it('tells nothing of few modules, however much they take, and says so', () => {
    const machine = new CompilingMachine(1, 10, 3, { modules: 3 });
    const monitor = monitorOf(machine);
    for (let i = 0; i < 10_000; i++) monitor.observe(machine.compile('translate'));
    const { evidence, modules, proposal, state } = monitor.report().phases[2]!;
    deepEqual([state, modules, proposal], ['too-few-modules', 3, undefined]);
    deepEqual(evidence, { slower: 0, faster: 0 });
    // Those of three services are enough.
    const others = [2, 3].map((seed) => {
      const other = new CompilingMachine(seed, 10, 3, { modules: 3, firstModule: 10 * seed });
      const watching = monitorOf(other);
      for (let i = 0; i < 1_000; i++) watching.observe(other.compile('translate'));
      return watching;
    });
    for (const other of others) monitor.merge(other);
    const merged = monitor.report();
    deepEqual(merged.drift, ['translate']);
    equal(merged.phases[2]!.modules, 9);
  });

  it('tells nothing of a cold start, as slow as those of processes that were calibrated', () => {
    const machine = new CompilingMachine(3, 1);
    const charged = profile();
    const engine = new Engine({ profile: charged, profileCheck: 'warn' });
    const monitor = CompileMonitor.of(engine, { profile: charged, reference: machine.reference });
    // What functions take, as many times as they do later, up to the so-and-so-manieth: warm-up curves of calibrations tell.
    const cold = [
      [10, 100],
      [100, 5],
      [300, 2],
      [1_000, 1.5],
      [4_500, 1.3],
    ] as const;
    for (let i = 0; i < 10_000; i++) {
      const [, times] = cold.find(([end]) => i < end) ?? [0, 1];
      const event = machine.compile('validate');
      monitor.observe({ ...event, nanoseconds: times * event.nanoseconds });
      const { state } = monitor.report().phases[1]!;
      if (i < 3_999) equal(state, 'warming-up', `function ${i}`);
      else ok(state === 'steady' || i < 4_500, `function ${i}: ${state}`);
      ok(state !== 'slower' && state !== 'faster', `function ${i}: ${state}`);
    }
    const { functions, ratio } = monitor.report().phases[1]!;
    equal(functions, 10_000);
    ok(Math.abs(ratio!.estimate - 1) < 0.15, `${ratio!.estimate}`);
    throws(() => CompileMonitor.of(engine, { warmUpFunctions: -1 }), /warmUpFunctions is -1; give a number/);
  });

  for (const chargePolicy of ['typical', 'p90', 'p99'] as const)
    it(`proposes models of which the policy ${chargePolicy} is as careful as before`, () => {
      const charged = withModels(profile());
      const engine = new Engine({ profile: charged, profileCheck: 'warn', chargePolicy });
      const { factor } = charged.models!.phases.translate!.models[1]!.policies[chargePolicy];
      for (const times of [2, 0.4]) {
        // A careful policy charges more than is typical: what is typical is twice as dear now.
        const machine = new CompilingMachine(11, times / factor, 1);
        const { reference } = machine;
        const monitor = CompileMonitor.of(engine, { profile: charged, reference, warmUpFunctions: 0 });
        for (let i = 0; i < 10_000; i++) monitor.observe(machine.compile('translate'));
        const { proposal } = CompileMonitor.from(JSON.parse(JSON.stringify(monitor)), {
          reference: null,
        }).report().phases[2]!;
        const truth = times * machine.typical;
        ok(Math.abs(proposal!.estimate / truth - 1) < 0.1, `${times}: ${proposal!.estimate}`);
        const adjusted = adjustedProfile(charged, monitor, '2026-03-01T00:00:00Z')!;
        const after = new Engine({ profile: adjusted, profileCheck: 'warn', chargePolicy });
        const charge = (of: Engine, phase: 'validate' | 'translate') =>
          Number(of.costs.functionFuel(phase, 1_000, 1_000));
        const change = charge(after, 'translate') / charge(engine, 'translate');
        ok(Math.abs(change / truth - 1) < 0.1, `${times}: charged ${change} times as much`);
        // What did not drift is charged as it was.
        equal(charge(after, 'validate'), charge(engine, 'validate'));
        ok(Math.abs(prices(adjusted).estimate / prices(charged).estimate / truth - 1) < 0.1);
      }
    });

  it('tells of drift that begins after a long time as soon, of its end too, and once each', () => {
    const machine = new CompilingMachine(5, 1);
    const states: string[] = [];
    const charged = profile();
    const monitor = CompileMonitor.of(new Engine({ profile: charged, profileCheck: 'warn' }), {
      profile: charged,
      reference: machine.reference,
      warmUpFunctions: 0,
      onDrift: ({ phase, state }) => states.push(`${phase} ${state}`),
    });
    const compile = (functions: number) => {
      for (let i = 0; i < functions; i++) monitor.observe(machine.compile('validate'));
    };
    compile(50_000);
    machine.factor = 2;
    compile(20_000);
    deepEqual(states, ['validate slower']);
    const { proposal, ratio } = monitor.report().phases[1]!;
    ok(
      Math.abs(proposal!.estimate / machine.typical / 2 - 1) < 0.1 && ratio!.estimate < 1.7,
      JSON.stringify({ proposal, ratio }),
    );
    machine.factor = 1;
    compile(20_000);
    equal(monitor.report().phases[1]!.state, 'steady');
    machine.factor = 0.5;
    compile(20_000);
    deepEqual(states, ['validate slower', 'validate faster']);
  });

  it('keeps to its memory over a million events, and is forgotten by reset', () => {
    const machine = new CompilingMachine(7, 1, 3, { modules: 10_000 });
    const monitor = monitorOf(machine);
    const compile = (events: number) => {
      for (let i = 0; i < events; i++)
        monitor.observe(machine.compile(i % 2 === 0 ? 'validate' : 'translate'));
    };
    compile(1_000_000);
    ok(monitor.report().phases[1]!.modules > 30, `${monitor.report().phases[1]!.modules}`);
    const { functions } = monitor.report().phases[1]!;
    equal(functions, 500_000);
    // All that it holds is in its record, but for arrays of fixed lengths.
    ok(JSON.stringify(monitor).length < 60_000, `${JSON.stringify(monitor).length}`);
    monitor.reset();
    const { phases, unit } = monitor.report();
    deepEqual(
      phases.map(({ fuelCharged, functions: count, ratio }) => [fuelCharged, count, ratio]),
      [0, 0, 0].map(() => [0, 0, undefined]),
    );
    equal(unit, undefined);
  }).timeout(600_000);

  it('is written down, read back and merged, and the order does not matter', () => {
    const records = [1, 2, 3].map((seed) => {
      const machine = new CompilingMachine(seed, seed === 2 ? 2 : 1, 1);
      const monitor = monitorOf(machine);
      for (let i = 0; i < 3_000; i++) monitor.observe(machine.compile('translate'));
      return JSON.stringify(monitor);
    });
    const read = (text: string) => CompileMonitor.from(JSON.parse(text), { reference: null });
    for (const text of records) equal(JSON.stringify(read(text)), text);
    const merged = [records, records.toReversed()].map((order) => {
      const [first, ...others] = order.map(read);
      for (const other of others) first!.merge(other);
      return first!.report();
    });
    const [forth, back] = merged;
    equal(forth!.services, 3);
    equal(forth!.phases[2]!.functions, 9_000);
    // One service of three drifts, and its proposal is its own.
    deepEqual(forth!.drift, ['translate']);
    const { typical } = new CompilingMachine(2, 2);
    ok(Math.abs(forth!.phases[2]!.proposal!.estimate / typical / 2 - 1) < 0.1);
    deepEqual(
      back!.phases.map(({ functions, proposal, state }) => [functions, proposal?.samples, state]),
      forth!.phases.map(({ functions, proposal, state }) => [functions, proposal?.samples, state]),
    );
  });

  it('merges a drift that is ending with none, and with its opposite, in both orders alike', () => {
    const record = (drift: 'slower' | 'faster' | null, factor: number, seed: number) => {
      const machine = new CompilingMachine(seed, factor, 1, { modules: 40, firstModule: 20 * seed });
      const monitor = monitorOf(machine);
      for (let i = 0; i < 3_000; i++) monitor.observe(machine.compile('translate'));
      const { phases, ...rest } = JSON.parse(JSON.stringify(monitor)) as MonitorRecord;
      equal(phases.translate.drift, factor === 1 ? null : 'slower');
      return { ...rest, phases: { ...phases, translate: { ...phases.translate, drift } } };
    };
    // Told, and as things are all modules lie within the bounds again.
    const [slower, faster] = [record('slower', 1, 1), record('faster', 1, 2)];
    const [none, strong] = [record(null, 1, 3), record('slower', 2, 4)];
    for (const [one, other, drift] of [
      [slower, none, 'slower'],
      [faster, none, 'faster'],
      [slower, faster, 'slower'],
      [strong, faster, 'slower'],
      [strong, slower, 'slower'],
      [none, none, null],
    ] as const) {
      const merged = [
        [one, other],
        [other, one],
      ].map(([first, second]) => {
        const monitor = CompileMonitor.from(first, { reference: null });
        monitor.merge(CompileMonitor.from(second, { reference: null }));
        return JSON.parse(JSON.stringify(monitor)) as MonitorRecord;
      });
      const [forth, back] = merged.map(({ phases }) => phases.translate);
      equal(forth!.drift, drift);
      deepEqual([forth!.drift, forth!.modules], [back!.drift, back!.modules]);
    }
  });

  it('loses no module that told something, however many come that are too small to tell', () => {
    const machine = new CompilingMachine(1, 1, 1, { modules: 8 });
    const monitor = monitorOf(machine);
    for (let i = 0; i < 400; i++) {
      const event = machine.compile('translate');
      for (let j = 0; j < 100; j++) {
        // Less than a sample takes, of a module that is never seen again.
        const bytes = Uint8Array.of(i, j, i >> 8);
        monitor.observe({
          ...event,
          module: { parsed: { bytes } },
          price: 1n,
          fuelCharged: 1n,
          nanoseconds: 1,
        });
      }
      monitor.observe(event);
    }
    const { modules, overModules, state } = monitor.report().phases[2]!;
    deepEqual([state, modules], ['steady', 8]);
    ok(overModules!.samples > 300, `${overModules!.samples}`);
  });

  it('keeps no more than a window of what it cannot compare, while neither a profile nor a memset tells what a fuel takes', () => {
    const record: unknown = JSON.parse(JSON.stringify(CompileMonitor.of(new Engine())));
    const machine = new CompilingMachine(1, 1);
    let isKnown = false;
    const monitor = CompileMonitor.from(record, {
      reference: () => (isKnown ? machine.reference() : undefined),
    });
    const compile = (functions: number) => {
      for (let i = 0; i < functions; i++) monitor.observe(machine.compile('translate'));
    };
    compile(10_000);
    equal(monitor.report().phases[2]!.ratio, undefined);
    isKnown = true;
    compile(1_000);
    const { samples } = monitor.report().phases[2]!.ratio!;
    ok(samples >= 400 && samples < 2_000, `${samples}`);
  });

  it('refuses records that are none, of other versions, and of other profiles', () => {
    const good = JSON.parse(JSON.stringify(monitorOf(new CompilingMachine(1, 1)))) as Record<string, never>;
    const refuse = (change: object, message: RegExp) =>
      throws(
        () => CompileMonitor.from({ ...good, ...change }),
        (error: unknown) => error instanceof MonitorRecordError && message.test(error.message),
      );
    refuse(
      { schemaVersion: 1 },
      /^no monitor's record: schemaVersion is 1, not 2; record again with this version$/,
    );
    refuse({ kind: 'profile' }, /kind is "profile", not "wasm-dyno-monitor"/);
    refuse({ services: 0 }, /services is 0/);
    refuse({ unit: { buckets: [[9_999, 1, 1]], squaredWeights: 1 } }, /unit has a bucket beyond its end/);
    refuse({ unit: { buckets: [[-1, 1, 1]], squaredWeights: 1 } }, /unit\.buckets\[0\]/);
    refuse({ phases: {} }, /phases\.parse is nothing/);
    const unit = (length: number) => ({ buckets: new Array(length).fill([0, 1, 1]), squaredWeights: 1 });
    refuse({ unit: unit(1_001) }, /unit\.buckets is a list of 1001, not a list of at most 1000/);
    refuse({ services: 1e300 }, /services is 1e\+300, not an integer from 1 to 1e\+30/);
    const { phases, settings } = good as unknown as MonitorRecord;
    const translate = { ...phases.translate, fuelCharged: 1e308 };
    refuse(
      { phases: { ...phases, translate } },
      /phases\.translate\.fuelCharged is 1e\+308, not a number from 0 to/,
    );
    const module = (key: number, ...counts: [number, number][]) => {
      const modules = [{ key, observed: counts, judged: counts }];
      return { phases: { ...phases, parse: { ...phases.parse, modules } } };
    };
    refuse(module(1, [80, 1]), /phases\.parse\.modules has a bucket beyond its end; record again/);
    refuse(module(1), /phases\.parse\.modules\[0\]\.observed is a list of 0, not a list of/);
    refuse(
      module(1, [0, 1.5]),
      /phases\.parse\.modules\[0\]\.observed\[0\]\[1\] is 1\.5, not an integer from 1 to 256/,
    );
    refuse(module(-1, [0, 1]), /phases\.parse\.modules\[0\]\.key is -1/);
    // Of fewer no normal distribution's quantile is left that drift would have to be beyond.
    refuse(
      { settings: { ...settings, samplesToFalseAlarm: 99 } },
      /settings\.samplesToFalseAlarm is 99, not a number/,
    );
    const bounds = { ...settings.bounds, parse: { low: 2, high: 0.5, spread: 0.2 } };
    refuse({ settings: { ...settings, bounds } }, /settings\.bounds\.parse\.low is 2, not at most 0\.5/);
    // A line of its own, and colours.
    const createdAt = '2026-01-31T12:00:00Z\n\u001b[31mred';
    const made = { ...settings, profile: { ...settings.profile!, createdAt } };
    refuse({ settings: made }, /settings\.profile\.createdAt is .*, not a UTC time such as/);
    throws(() => CompileMonitor.from('x'), /it is "x", not an object/);
    const other = monitorOf(new CompilingMachine(1, 1), { ...profile(), createdAt: '2026-02-01T12:00:00Z' });
    throws(() => monitorOf(new CompilingMachine(1, 1)).merge(other), /different profiles/);
    throws(
      () => adjustedProfile(profile(), other, '2026-03-01T00:00:00Z'),
      /the profile of 2026-01-31T12:00:00Z is not the one that was charged by; give that of 2026-02-01T12:00:00Z/,
    );
  });

  it('adjusts by what it knows within a factor of ten only, and says so', () => {
    const machine = new CompilingMachine(1, 1, 1);
    const monitor = monitorOf(machine);
    for (let i = 0; i < 1_000; i++) {
      const event = machine.compile('translate');
      const isDear = event.module.parsed.bytes[0]! % 2 === 0;
      monitor.observe({ ...event, nanoseconds: event.nanoseconds * (isDear ? 30 : 3) });
    }
    const { high, low } = monitor.report().phases[2]!.proposal!;
    ok(high > 2 * low, `${low} to ${high}`);
    const adjusted = adjustedProfile(profile(), monitor, '2026-03-01T00:00:00Z')!;
    ok(adjusted.warnings.some((line) => line.includes(`(${low.toFixed(3)} to ${high.toFixed(3)}, `)));
    equal(adjusted.policies.warm.phases.translate!.verdict, 'noisy');
  });

  it('adjusts no profile that many machines agreed on', () => {
    const id = agreedProfileId(profile());
    const agreed = {
      ...profile(),
      agreed: {
        ...{ id, policy: 'max', profiles: 12, machineKinds: 3, profilesSha256: 'ef'.repeat(32), spread: [] },
        ...{ from: '2026-01-01T00:00:00Z', to: '2026-01-31T12:00:00Z' },
      },
    } as HardwareProfile;
    throws(
      () => adjustedProfile(agreed, monitorOf(new CompilingMachine(1, 1), agreed), '2026-03-01T00:00:00Z'),
      new MonitorRecordError(
        `the profile is what 12 profiles agreed on (${id}), which none adjusts by itself; calibrate the machines again and merge`,
      ),
    );
  });

  it('refuses an engine that does not charge by its profile and policy, when made and when it begins to watch', () => {
    const charged = withModels(profile());
    const engine = (config: EngineConfig) =>
      new Engine({ profile: charged, profileCheck: 'warn', ...config });
    const right = CompileMonitor.of(engine({}), { profile: charged });
    right.watch(engine({ compilationMode: 'eager' }))();
    for (const config of [
      { profile: undefined },
      { profile: profile() },
      { profilePolicy: 'cold' },
      { fuelCosts: { translateMultiplier: 7 } },
    ] as const)
      throws(
        () => CompileMonitor.of(engine(config), { profile: charged }),
        /^RangeError: the engine does not charge compiling by the warm policy of the profile of 2026-01-31T12:00:00Z; give the monitor what/,
      );
    throws(() => right.watch(engine({ chargePolicy: 'p99' })), /the engine charges compiling otherwise than/);
    throws(() => right.watch(new Engine()), /the engine charges compiling otherwise than/);
    throws(
      () => CompileMonitor.of(engine({}), { profile: charged, profilePolicy: 'cold' }),
      /the profile has no cold policy/,
    );
  });

  it('refuses a margin and a rate of false alarms out of range', () => {
    const engine = new Engine();
    throws(() => CompileMonitor.of(engine, { margin: 0 }), /margin is 0; give a number from 0.01 to 10/);
    throws(() => CompileMonitor.of(engine, { margin: 11 }), /margin is 11; give a number from 0.01 to 10/);
    throws(
      () => CompileMonitor.of(engine, { onDrift: 5 as never }),
      /TypeError: onDrift is a function, not 5/,
    );
    throws(
      () => CompileMonitor.of(engine, { reference: 5 as never }),
      /TypeError: reference is a function, not 5/,
    );
    throws(() => CompileMonitor.of(engine, { samplesToFalseAlarm: 99 }), /samplesToFalseAlarm is 99; give/);
    throws(() => CompileMonitor.of(engine, { reference: null }), /give the monitor a profile/);
  });

  it('counts every function that is compiled in turn, up to one that is invalid, and once', async () => {
    const engine = new Engine({ compilationMode: 'eager' });
    const monitor = CompileMonitor.of(engine);
    monitor.watch(engine);
    const text = (last: string) =>
      `(module ${'(func (result i32) i32.const 1)'.repeat(3_000)} (func (result i32) ${last}))`;
    const module = engine.compile(await parse(text('i32.const 2')));
    const seen = () => monitor.report().phases.map(({ fuelCharged, functions }) => [functions, fuelCharged]);
    const [validating, translating] = (['validate', 'translate'] as const).map((phase) =>
      Number(module.phaseFuelOfAll(phase)),
    );
    deepEqual(seen().slice(1), [
      [3_001, validating],
      [3_001, translating],
    ]);
    // Times are of all of them but the first, some at a time.
    const times = monitor.times('translate');
    equal(times.count, 3_000);
    ok(times.sum > 0);
    const invalid = Buffer.from(await parse(text('i32.const 3')));
    // The last function gives nothing.
    invalid.set([Operator.Nop, Operator.Nop], invalid.length - 3);
    throws(() => engine.compile(invalid), CompileError);
    const [functions] = seen()[1]!;
    equal(functions, 6_001);
  });

  it('counts what is compiled while it tells of drift, each by itself', async () => {
    const engine = new Engine({ compilationMode: 'eager' });
    const texts = Array.from(
      { length: 8 },
      (_, i) => `(module ${`(func (result i32) i32.const ${i})`.repeat(1_000)})`,
    );
    const inner = await parse('(module (func (result i32) i32.const 1) (func (result i32) i32.const 2))');
    // By the built-in prices, on a memset ten times as fast as any, a function would take 20 ns: none does.
    let told = 0;
    const monitor = CompileMonitor.of(engine, {
      reference: () => 0.001,
      warmUpFunctions: 0,
      onDrift: () => {
        if (told++ === 0) engine.compile(inner);
      },
    });
    monitor.watch(engine);
    const modules: Module[] = [];
    for (const text of texts) modules.push(engine.compile(await parse(text)));
    ok(told > 0);
    const innerModule = new Engine({ compilationMode: 'eager' }).compile(inner);
    const fuel = (phase: 'validate' | 'translate') =>
      Number([innerModule, ...modules].reduce((sum, module) => sum + module.phaseFuelOfAll(phase), 0n));
    deepEqual(
      monitor
        .report()
        .phases.map(({ fuelCharged, functions, phase }) => [functions, phase === 'parse' || fuelCharged]),
      [
        [9, true],
        [8_002, fuel('validate')],
        [8_002, fuel('translate')],
      ],
    );
  });

  it('counts an engine once that it is asked to watch twice, and no time that is none', async () => {
    const engine = new Engine({ compilationMode: 'eager' });
    const monitor = CompileMonitor.of(engine);
    equal(monitor.report().phases[0]!.state, 'not-judged');
    monitor.watch(engine);
    const stop = monitor.watch(engine);
    const module = engine.compile(await parse('(module (func (result i32) i32.const 1) (func))'));
    const counted = () => monitor.report().phases.map(({ functions }) => functions);
    deepEqual(counted(), [1, 2, 2]);
    stop();
    equal(engine.observers.hearCompiling, false);
    const bodyBytes = 1_000;
    for (const nanoseconds of [Infinity, NaN, -1])
      monitor.observe({
        ...{ phase: 'translate', functionIndex: 0, module, bodyBytes, nanoseconds },
        ...{ fuelCharged: 100n, price: 100n },
      });
    equal(monitor.report().phases[2]!.functions, 5);
    CompileMonitor.from(JSON.parse(JSON.stringify(monitor)));
  });

  it('leaves whoever listens told of each function, with a time of its own', async () => {
    const engine = new Engine({ compilationMode: 'eager' });
    const monitor = CompileMonitor.of(engine);
    monitor.watch(engine);
    const bytes = await parse(`(module ${'(func (result i32) i32.const 1)'.repeat(1_000)})`);
    for (let i = 0; i < 5; i++) engine.compile(bytes);
    const told: number[] = [];
    const stop = engine.on('compile', ({ nanoseconds, phase }) => {
      if (phase === 'translate') told.push(nanoseconds);
    });
    engine.compile(bytes);
    stop();
    equal(told.length, 1_000);
    ok(told.filter((nanoseconds) => nanoseconds > 0).length > 900);
    equal(monitor.report().phases[2]!.functions, 6_000);
  });

  it('takes no sample of the first that are timed behind a gap, which find caches as others left them', () => {
    const machine = new CompilingMachine(3, 1, 1);
    const monitor = monitorOf(machine);
    const compile = (functions: number, factor: number, isTimed = true) => {
      machine.factor = factor;
      for (let i = 0; i < functions; i++) {
        const event = machine.compile('translate');
        monitor.observe(isTimed ? event : { ...event, nanoseconds: 0 });
      }
    };
    for (let run = 0; run < 400; run++) {
      compile(40, 1, false);
      compile(16, 3);
      compile(8, 1);
      // A module's first function is no gap.
      compile(1, 1, false);
      compile(4, 1);
    }
    const { drift, phases } = monitor.report();
    const { functions, overModules, timed } = phases[2]!;
    deepEqual([drift, functions, timed], [[], 400 * 69, 400 * 28]);
    ok(Math.abs(overModules!.estimate / machine.typical - 1) < 0.1, String(overModules!.estimate));
  });

  describe('of one function in so many', () => {
    const functions = (count: number) =>
      parse(
        `(module ${Array.from({ length: count }, (_, i) => `(func (export "f${i}") (result i32) i32.const ${i})`).join('')})`,
      );
    const seen = (monitor: CompileMonitor) =>
      monitor.report().phases.map(({ functions: compiled, timed }) => [compiled, timed]);
    /** Warm at once, so that no more than the first 12,000 are all timed. */
    const warm = (engine: Engine, oneFunctionIn?: number) =>
      CompileMonitor.of(engine, { warmUpFunctions: 0, oneFunctionIn });

    for (const executor of ['interpreter', 'host'] as const)
      for (const compilationMode of ['eager', 'lazy-translation', 'lazy'] as const)
        it(`counts all, and times the first ones and some of the others, at the same fuel (${executor}, ${compilationMode})`, async () => {
          const bytes = await functions(1_000);
          const engine = new Engine({ compilationMode, executor });
          const unheard = new Engine({ compilationMode, executor });
          const [some, all] = [warm(engine), warm(unheard, 1)];
          some.watch(engine);
          const stop = all.watch(unheard);
          for (let i = 0; i < 25; i++) {
            const [module, other] = [engine.compile(bytes), unheard.compile(bytes)];
            equal(module.fuelCharged, other.fuelCharged);
            if (executor === 'host') continue;
            for (let index = 0; index < 1_000; index++) {
              module.bodyErrorOf(index, module.phaseFuel('validate', index));
              module.codeOf(index, module.phaseFuel('translate', index));
              other.bodyErrorOf(index, other.phaseFuel('validate', index));
              other.codeOf(index, other.phaseFuel('translate', index));
            }
          }
          stop();
          const fuel = (monitor: CompileMonitor) =>
            monitor.report().phases.map(({ bytes: compiled, fuelCharged }) => [compiled, fuelCharged]);
          deepEqual(fuel(some), fuel(all));
          const [, validated, translated] = seen(all);
          deepEqual(
            seen(some).map(([compiled]) => compiled),
            seen(all).map(([compiled]) => compiled),
          );
          for (const [phase, of] of [validated, translated].entries()) {
            const [compiled, timed] = seen(some)[phase + 1]!;
            // A sixteenth of 13,000, in 25 runs or so.
            if (compiled === 25_000 && of![1]! > 24_000)
              ok(timed! > 12_000 + 600 && timed! < 12_000 + 1_100, `${timed} of ${compiled}`);
          }
        });

    it('leaves an eager engine the others to validate and translate in one pass, in runs of 48', async () => {
      const bytes = await functions(4_001);
      const engine = new Engine({ compilationMode: 'eager' });
      const monitor = warm(engine);
      let passes: number[] = [];
      const { compileFunction, validateFunction } = engine;
      engine.compileFunction = (...body) => (passes.push(1), compileFunction.apply(engine, body));
      engine.validateFunction = (...body) => (passes.push(2), validateFunction.apply(engine, body));
      const stop = monitor.watch(engine);
      // All are timed, but for each module's first.
      for (let i = 0; i < 3; i++) {
        engine.compile(bytes);
        deepEqual([passes.shift(), ...new Set(passes)], [1, 2]);
        passes = [];
      }
      const before = seen(monitor);
      engine.compile(bytes);
      const runs = passes.join('').match(/2+/g)!;
      // The first is short of the module's first function, and the last may be broken off.
      ok(runs.length >= 4, 'no runs');
      ok(runs.slice(1, -1).every((run) => run.length === 48));
      const timed = passes.filter((pass) => pass === 2).length;
      ok(timed < 500, `${timed} of 4,001`);
      deepEqual(
        seen(monitor).map(([compiled]) => compiled),
        [4, 16_004, 16_004],
      );
      // What was translated along with being validated is timed by nobody.
      for (const phase of [1, 2]) equal(seen(monitor)[phase]![1]! - before[phase]![1]!, timed);
      // Whoever listens is told of each.
      let told = 0;
      const stopListening = engine.on('compile', () => told++);
      passes = [];
      engine.compile(bytes);
      deepEqual([[...new Set(passes)], told], [[2], 8_003]);
      stopListening();
      stop();
      passes = [];
      engine.compile(bytes);
      deepEqual([...new Set(passes)], [1]);
      equal(seen(monitor)[1]![0], 20_005);
      // Forgetting all, it wants evidence soon again.
      monitor.reset();
      monitor.watch(engine);
      passes = [];
      engine.compile(bytes);
      deepEqual([passes.shift(), ...new Set(passes)], [1, 2]);
    });

    it('refuses what is no whole number from 1', () => {
      const engine = new Engine();
      for (const oneFunctionIn of [0, -1, 1.5, NaN, Infinity, '2' as never])
        throws(
          () => CompileMonitor.of(engine, { oneFunctionIn }),
          new RangeError(`oneFunctionIn is ${oneFunctionIn}; give a whole number from 1`),
        );
    });
  });

  for (const executor of ['interpreter', 'host'] as const) {
    it(`counts what an engine compiles (${executor})`, async () => {
      const engine = new Engine({ executor });
      const monitor = CompileMonitor.of(engine);
      const stop = monitor.watch(engine);
      const functions = Array.from(
        { length: 100 },
        (_, i) => `(func (export "f${i}") (result i32) i32.const ${i})`,
      );
      const module = engine.compile(await parse(`(module ${functions.join('\n')})`));
      const store = new Store(engine);
      const instance = new Linker(engine).instantiate(store, module);
      instance.getFunction('f7')!.call();
      instance.getFunction('f7')!.call();
      instance.getFunction('f8')!.call();
      stop();
      instance.getFunction('f9')!.call();
      const { phases, unit } = monitor.report();
      deepEqual(
        phases.map(({ fuelCharged, functions: count, phase }) => [phase, count, fuelCharged]),
        [
          ['parse', 1, Number(module.fuelCharged - module.phaseFuelOfAll('validate'))],
          ['validate', 100, Number(module.phaseFuelOfAll('validate'))],
          ['translate', 2, Number(module.phaseFuel('translate', 7) + module.phaseFuel('translate', 8))],
        ],
      );
      ok(phases.every(({ nanoseconds }) => nanoseconds > 0) && unit!.samples >= 1 && unit!.estimate > 0);
    });
  }
});
