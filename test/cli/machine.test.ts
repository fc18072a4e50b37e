import assert from 'node:assert/strict';
import os from 'node:os';

import { Engine } from '@wasm-dyno/engine';

import { machineText } from '../../harness/cli/machine-text.js';
import { machineFingerprint } from '../../harness/machine/fingerprint.js';
import { machineFitness } from '../../harness/machine/fitness.js';
import { countOfList, processLimits, usableMemoryBytes } from '../../harness/machine/process-limits.js';

describe('the fitness of a machine', () => {
  it('says that the load is unknown where the system tells of no cores', async () => {
    const { cpus } = os;
    os.cpus = () => [];
    try {
      const { checks } = await machineFitness(1);
      const load = checks.find(({ name }) => name === 'load');
      assert.deepEqual([load?.state, load?.seen], ['unknown', 'not told']);
      assert.equal(checks.find(({ name }) => name === 'limits')?.state, 'unknown');
      const text = machineText(await machineFingerprint(), { fit: true, checks }, new Engine().describe());
      assert.match(text, /Nothing tells whether the machine is fit to measure now: its load is unknown/);
      assert.match(text, /front end +in WebAssembly/);
    } finally {
      os.cpus = cpus;
    }
  });

  it('tells of affinity, CPU quota and memory limit', async () => {
    assert.deepEqual(['0', '0-3', '0-1,4,6-7'].map(countOfList), [1, 4, 5]);
    const { quotaCores, allowedCores, memoryBytes } = processLimits();
    assert.ok(quotaCores === null || quotaCores > 0);
    assert.ok(allowedCores === null || (allowedCores > 0 && allowedCores <= 4096));
    assert.ok(memoryBytes === null || memoryBytes < os.totalmem());
    assert.ok(usableMemoryBytes() <= os.totalmem());
    const { checks } = await machineFitness(1);
    assert.ok(checks.some(({ name }) => name === 'limits'));
  });
});
