import assert from 'node:assert/strict';

import { slowerMemsetNotes, unitSentence, unitTrouble, type ProfileRecord } from '@wasm-dyno/reports';
import { profileText } from '../../harness/cli/profile/profile-text.js';
import { CostTable } from '@wasm-dyno/engine';
import { profileExample, profileInUnit } from '../profile/profile-example.js';

const example = profileExample();
const estimate = (value: number, halfWidth: number) => ({
  ...{ estimate: value, low: value * (1 - halfWidth), high: value * (1 + halfWidth) },
  ...{ confidenceLevel: 0.95, processes: 8 },
});

describe('the sentence on the unit of fuel', () => {
  it('says of a time how many bytes it is, and what was measured: the time of a byte', () => {
    const unit: ProfileRecord['unit'] = {
      ...example.unit,
      ...{ definition: '10ps', bytesPerFuel: 2.5, nanosecondsPerFuel: { ...estimate(0.01, 0) } },
      nanosecondsPerByte: estimate(0.004, 0.02),
    };
    const text = unitSentence({ unit, baseline: example.baseline });
    assert.match(
      text,
      /^One fuel \(10ps\) is the time of filling 2\.5 bytes, a byte in 0\.004 ns \(0\.00392 to 0\.00408\): the slope of /,
    );
    const bytes = unitSentence({
      unit: { ...unit, definition: '64B', nanosecondsPerFuel: estimate(0.256, 0.02) },
      baseline: example.baseline,
    });
    assert.match(
      bytes,
      /^One fuel \(64B\) is 0\.256 ns \(0\.251 to 0\.261\): the slope of .* from \d+ KiB to /,
    );
  });

  it('is the same of what a profile shows and an engine explains', () => {
    const profile = profileInUnit('10ps', 0.01 / 0.0115);
    assert.match(
      profileText(profile, { state: 'unsigned' }),
      /One fuel \(10ps\) is the time of filling 0\.87 bytes, a byte in 0\.0115 ns \(.* to .*\), filled by /,
    );
    const of = { ...profile.unit.nanosecondsPerByte, confidenceLevel: 0 };
    const ofOne = { ...profile, unit: { ...profile.unit, nanosecondsPerByte: of } };
    assert.match(
      profileText(ofOne, { state: 'unsigned' }),
      /a byte in 0\.0115 ns \(no interval\), filled by /,
    );
    const [first] = new CostTable({ profile }).explain();
    assert.match(first!.note!, /own fuel \(10ps\) is filling 0\.87 bytes, a byte in 0\.0115 ns, .* interval/);
    assert.doesNotMatch(new CostTable({ profile: example }).explain()[0]!.note!, /own fuel/);
  });

  it('tells too few processes and noise before the cache', () => {
    const trouble = (verdict: ProfileRecord['unit']['verdict'], halfWidth: number, isInCache: boolean) =>
      unitTrouble({ verdict, isInCache, nanosecondsPerByte: estimate(1, halfWidth) });
    assert.equal(trouble('ok', 0.01, true), undefined);
    assert.equal(trouble('insufficient-data', 0.5, false), 'insufficient-data');
    assert.equal(trouble('noisy', 0.08, false), 'wide-interval');
    assert.equal(trouble('noisy', 0.08, true), 'wide-interval');
    assert.equal(trouble('noisy', 0.01, false), 'leaves-cache');
  });
});

describe('the note under ratios by size', () => {
  const row = (
    sizeClass: '1..63B' | '4096..16383B' | '16384..65535B' | '65536B+' | 'all',
    memsetNanosecondsPerByte: number,
  ) => ({
    ...({ engine: 'embedded', kernel: 'wasm-memory-fill-loop', regime: 'hot', temperature: 'warm' } as const),
    ...({ phase: 'validate', verdict: 'ok', sizeClass, memsetNanosecondsPerByte } as const),
  });

  it('says where the memset of a class lies in a slower cache', () => {
    const small = [row('1..63B', 0.122), row('4096..16383B', 0.00455), row('16384..65535B', 0.00412)];
    const all = row('all', 0.0108);
    assert.deepEqual(slowerMemsetNotes([...small, row('65536B+', 0.00433), all]), []);
    const notes = slowerMemsetNotes([...small, row('65536B+', 0.0163), all]);
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /^The memset of 65536B\+ takes 0\.0163 ns a byte, of smaller classes 0\.00412: /);
    const noise = { ...row('65536B+', 0.0163), verdict: 'insufficient-data' } as const;
    assert.deepEqual(slowerMemsetNotes([...small, noise]), []);
    // A small function's memset takes longer for its call.
    assert.deepEqual(slowerMemsetNotes([row('1..63B', 0.122), row('4096..16383B', 0.4)]), []);
  });
});
