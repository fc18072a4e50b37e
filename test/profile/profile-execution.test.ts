import { deepEqual, equal, throws } from 'node:assert/strict';
import {
  CostTable,
  executionFuelByRule,
  EXECUTION_CLASSES,
  parseProfile,
  type HardwareProfile,
  type ProfileExecution,
} from '@wasm-dyno/engine';
import { profileExample, profileInUnit, withExecution } from './profile-example.js';

const ESTIMATE = { estimate: 0.5, low: 0, high: 1, confidenceLevel: 0.95, processes: 8 };

const layers = (table: CostTable, name: string) => {
  const row = table.explain().find((one) => one.name === `executionCosts.${name}`)!;
  return [row.value, row.layer];
};

/** The profile with its execution changed. */
function changed(change: (execution: ProfileExecution) => unknown): HardwareProfile {
  const profile = withExecution(profileExample());
  return { ...profile, execution: change(profile.execution!) as ProfileExecution };
}

describe('costs of executing in a profile', () => {
  it('are charged where nothing is configured, and none where the profile has none', () => {
    const table = new CostTable({ profile: withExecution(profileExample()) });
    // 4.6 ns are 400 bytes filled: 6.25 fuel of 64 bytes.
    deepEqual(layers(table, 'f64-division'), [6, 'profile']);
    deepEqual(layers(table, 'constant'), [0, 'profile']);
    deepEqual(layers(table, 'branch'), [1, 'profile']);
    deepEqual(layers(table, 'bulk-bytes'), [2, 'profile']);
    deepEqual(layers(table, 'f32-division'), [1, 'default']);
    const configured = new CostTable({
      profile: withExecution(profileExample()),
      configuration: { executionCosts: { 'f64-division': 9 } },
    });
    deepEqual(layers(configured, 'f64-division'), [9, 'configuration']);
    deepEqual(layers(configured, 'constant'), [0, 'profile']);
    equal(new CostTable({ profile: profileExample() }).explain().length < table.explain().length, true);
  });

  it('follow the fuel that the engine counts by: finer fuel, finer prices', () => {
    const profile = withExecution(profileInUnit('1B', 1));
    const table = new CostTable({ profile, configuration: { bytesPerFuel: 1 } });
    deepEqual(layers(table, 'f64-division'), [400, 'profile']);
    // Bytes are paid in memsets of as many bytes, whatever the unit.
    deepEqual(layers(table, 'bulk-bytes'), [2, 'profile']);
  });

  it('are 1 at least but for operands, however little was measured, and whatever fuel the engine counts by', () => {
    const free = EXECUTION_CLASSES.filter(
      (name) => executionFuelByRule(name, { ...ESTIMATE, estimate: 0 }, profileExample().unit) === 0,
    );
    deepEqual(free, ['constant', 'local-read']);
    equal(executionFuelByRule('table-elements', { ...ESTIMATE, estimate: 1e-3 }, profileExample().unit), 1);
    const profile = changed(({ executors: { interpreter }, ...execution }) => {
      const classes = { 'table-elements': { nanoseconds: ESTIMATE, fuel: 1 } };
      return { ...execution, executors: { interpreter: { ...interpreter, classes } } };
    });
    const coarse = new CostTable({ profile, configuration: { bytesPerFuel: 1_000_000 } });
    deepEqual(layers(coarse, 'table-elements'), [1, 'profile']);
  });

  it('are told with the executor, the time and its interval', () => {
    const table = new CostTable({ profile: withExecution(profileExample()) });
    const { note } = table.explain().find(({ name }) => name === 'executionCosts.f64-division')!;
    equal(/4\.6 ns on the interpreter executor, .*% interval .* over \d+ processes/.test(note), true, note);
  });

  it('that contradict each other are refused by the field', () => {
    const refused = (change: (execution: ProfileExecution) => unknown, field: RegExp) => {
      throws(() => parseProfile(changed(change)), field);
    };
    refused(
      ({ executors }) => ({ chargedExecutor: 'host', executors: { interpreter: executors.interpreter } }),
      /the field execution\.chargedExecutor names host, which execution\.executors lacks/,
    );
    const withDivision = (division: object) => (execution: ProfileExecution) => ({
      ...execution,
      executors: {
        ...execution.executors,
        interpreter: {
          ...execution.executors.interpreter,
          classes: {
            'f64-division': { ...execution.executors.interpreter!.classes['f64-division'], ...division },
          },
        },
      },
    });
    refused(
      withDivision({ fuel: 7 }),
      /interpreter\.classes\.f64-division\.fuel does not follow from its nanoseconds and the unit/,
    );
    refused(
      withDivision({ nanoseconds: { estimate: 4.6, low: 5, high: 6, confidenceLevel: 0.9, processes: 8 } }),
      /f64-division\.nanoseconds has an interval that does not hold its estimate/,
    );
  });
});
