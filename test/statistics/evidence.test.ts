import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES, type RunRecord } from '@wasm-dyno/reports';
import { evidenceSoFar } from '../../harness/dist/estimate/estimates-so-far.js';
import { inventedRows, inventedSweep } from '../reports/run-example.js';
import { completeProcess, runRecord, writeRunFolder } from '../reports/run-folder.js';

describe("a run's evidence so far", () => {
  it('is read and estimated anew only where more processes are complete', () => {
    const folder = writeRunFolder({
      rows: [...inventedRows({ seed: 1, processes: 4 }), ...inventedSweep(2, 4)],
    });
    const readings: string[] = [];
    const directory: { record: RunRecord; file(name: keyof typeof RUN_FILES): string } = {
      record: { ...runRecord(), processes: [0, 1, 2].map(completeProcess) },
      file(name) {
        readings.push(name);
        return join(folder, RUN_FILES[name]);
      },
    };
    const first = evidenceSoFar(directory);
    // What is only under way counts for nothing.
    directory.record = {
      ...directory.record,
      processes: [...directory.record.processes, { ...completeProcess(3), state: 'running' }],
    };
    assert.equal(evidenceSoFar(directory), first);
    assert.deepEqual(readings, ['measurements']);
    assert.deepEqual([...new Set(first.rows.map(({ process }) => process))], [0, 1, 2]);

    directory.record = { ...directory.record, processes: [0, 1, 2, 3].map(completeProcess) };
    const later = evidenceSoFar(directory);
    assert.deepEqual(readings, ['measurements', 'measurements']);
    assert.deepEqual([...new Set(later.rows.map(({ process }) => process))], [0, 1, 2, 3]);
    assert.notDeepEqual(later.estimates, first.estimates);
    rmSync(folder, { recursive: true });
  });
});
