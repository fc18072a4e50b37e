import assert from 'node:assert/strict';
import { coverageFailures, simulateCoverage } from 'wasm-dyno';

describe('coverage of the intervals, simulated', () => {
  it('lies within [93%, 98%] for every design, and the control fails', function () {
    this.timeout(600_000);
    const simulation = simulateCoverage({ seed: 20_260_131, experiments: 2000, rounds: 15 });
    assert.deepEqual(coverageFailures(simulation), []);
    assert.equal(simulation.designs.length, 4);
    // Rounds taken for independent values must show, or the simulation would prove nothing.
    assert.ok(simulation.control.observed < 0.8, String(simulation.control.observed));
  });

  it('is reproducible', () => {
    const once = () => simulateCoverage({ seed: 5, experiments: 20, rounds: 5 });
    assert.deepEqual(once(), once());
  });

  it('notices noise that the design is not made for', () => {
    const oneSided = simulateCoverage({
      seed: 1,
      experiments: 300,
      rounds: 5,
      noise: {
        processSpread: 0.02,
        roundSpread: 0.03,
        autocorrelation: 0.7,
        disturbedRounds: 0,
        outlierProcesses: 0.4,
      },
    });
    assert.ok(coverageFailures(oneSided).length > 0);
  });
});
