import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CompileMonitor, Engine, type HardwareProfile, type MonitorRecord } from '@wasm-dyno/engine';
import { verificationRecord } from 'wasm-dyno';
import {
  FITS_FILE,
  MONITOR_FILE,
  PROFILE_FILE,
  RUN_FILE,
  RecordedRunError,
  SUMMARY_TABLE,
  VERIFICATION_FILE,
  columnsOf,
  type ProfileRecord,
  type RecordedMonitor,
} from '@wasm-dyno/reports';
import { formatDocuments } from '../../reports/dist/format-documents.js';
import { CompilingMachine } from '../monitor/compiling-machine.js';
import { profileExample } from '../profile/profile-example.js';
import { runRecord } from './run-folder.js';

const readSource = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Compiles only while the engine's own type of a profile and the recorded one say the same. */
const fromEngine: (profile: HardwareProfile) => ProfileRecord = (profile) => profile;
/** And of what a monitor writes. */
const fromMonitor: (record: MonitorRecord) => RecordedMonitor = (record) => record;
const toMonitor: (record: RecordedMonitor) => MonitorRecord = (record) => record;
const toEngine: (profile: ProfileRecord) => HardwareProfile = (profile) => profile;

describe('the forms of recorded files', () => {
  it('are published as they are read and written: npm run docs:formats writes them anew', () => {
    const documents = Object.entries(formatDocuments());
    assert.equal(documents.length, 21);
    for (const [path, text] of documents) assert.equal(readSource(path), text, path);
  });

  it('are JSON Schemas that a validator takes', () => {
    const schemas = Object.entries(formatDocuments())
      .filter(([path]) => path.endsWith('.json'))
      .map(([path, text]) => [path, JSON.parse(text) as { $id: string }] as const);
    for (const [path, schema] of schemas) {
      const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, keywords: ['unit'] });
      // A report refers to the files that it is made from.
      ajv.addSchema(schemas.map(([, other]) => other).filter(({ $id }) => $id !== schema.$id));
      assert.equal(typeof ajv.compile(schema), 'function', path);
    }
  });

  it('have a meaning for every column, and a unit for every one that is named after it', () => {
    const documented = readSource('docs/csv.md');
    for (const { name, unit, description } of columnsOf(SUMMARY_TABLE.schema)) {
      assert.ok(description.length > 10, name);
      assert.ok(documented.includes(`| \`${name}\` | `), name);
      if (/Nanoseconds/.test(name)) assert.match(unit, /^ns/);
    }
  });

  it('read what they wrote', () => {
    const run = runRecord();
    assert.deepEqual(RUN_FILE.parse(RUN_FILE.text(run), 'run.json'), run);
    const profile = profileExample();
    const recorded = PROFILE_FILE.parse(PROFILE_FILE.text(fromEngine(profile)), 'profile.json');
    assert.deepEqual(toEngine(recorded), profile);
    const { tool, machine } = profile;
    const verification = verificationRecord([], { tool, machine: machine.id, engine: null, seed: 1 });
    assert.deepEqual(VERIFICATION_FILE.parse(VERIFICATION_FILE.text(verification), 'v.json'), verification);
  });

  it('read what monitors wrote, and refuse what they cannot have written', () => {
    const profile = profileExample();
    const machine = new CompilingMachine(1, 2);
    const monitor = CompileMonitor.of(new Engine({ profile, profileCheck: 'warn' }), {
      profile,
      reference: machine.reference,
      warmUpFunctions: 0,
    });
    for (let i = 0; i < 1_000; i++) monitor.observe(machine.compile('translate'));
    const text = MONITOR_FILE.text(fromMonitor(monitor.toJSON()));
    const read = toMonitor(MONITOR_FILE.parse(text, 'service.json'));
    assert.deepEqual(CompileMonitor.from(read, { reference: null }).toJSON(), monitor.toJSON());
    for (const [field, value] of [
      ['unit', { buckets: [[-1, 1, 1]], squaredWeights: 1 }],
      ['unit', { buckets: [[1, 1]], squaredWeights: 1 }],
      ['services', 0],
      ['phases', {}],
      ['settings', null],
    ] as const) {
      const changed = JSON.stringify({ ...monitor.toJSON(), [field]: value });
      assert.throws(() => MONITOR_FILE.parse(changed, 'service.json'), RecordedRunError, field);
    }
  });

  it('name file, field and mend of whatever is wrong with a run.json, and throw nothing else', () => {
    const run = JSON.parse(RUN_FILE.text(runRecord())) as Record<string, unknown>;
    for (const name of Object.keys(run)) {
      for (const value of [undefined, null, 5, 'x', [1], { a: 1 }]) {
        const text = JSON.stringify({ ...run, [name]: value });
        try {
          RUN_FILE.parse(text, 'folder/run.json');
        } catch (error) {
          assert.ok(error instanceof RecordedRunError);
          assert.match(error.message, /run\.json.*; (restore the file|use the version|.*measure anew)/);
          assert.doesNotMatch(error.message, /\n/);
        }
      }
      assert.throws(
        () => RUN_FILE.parse(JSON.stringify({ ...run, [name]: undefined }), 'run.json'),
        RecordedRunError,
      );
    }
    assert.throws(
      () => RUN_FILE.parse(JSON.stringify({ ...run, schemaVersion: 1 }), 'run.json'),
      /run\.json has schema version 1 and this version of wasm-dyno reads 2; use the version that wrote it/,
    );
    for (const [text, message] of [
      ['', /run\.json is empty; restore the file/],
      ['{', /run\.json is not JSON/],
      ['null', /the whole must be object/],
      ['[]', /the whole must be object/],
    ] as const) {
      assert.throws(() => RUN_FILE.parse(text, 'run.json'), message);
    }
    assert.throws(
      () => FITS_FILE.parse('{}', 'fits.json'),
      /fits\.json: the whole must have required property/,
    );
  });
});
