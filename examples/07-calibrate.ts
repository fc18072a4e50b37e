// 07. Calibrate from code: measure what compiling costs on this machine, and get the profile.
//
//     npm run example 07
//
// prints
//
//     a byte of parse costs the time of filling … (insufficient-data)
//     a byte of validate costs the time of filling … (insufficient-data)
//     a byte of translate costs the time of filling … (insufficient-data)
//     costs come from: default, profile
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibrate } from 'wasm-dyno';
import { Engine } from '@wasm-dyno/engine';
import { loadProfile } from '@wasm-dyno/engine/node';

const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-example-'));
try {
  const { conclusion, directory } = await calibrate(
    {
      modules: [], // your own .wasm files and folders
      corpora: ['generated'],
      engines: ['embedded'],
      effort: 'smoke', // seconds, to try whether everything works; 'standard' is for figures that mean something
      precision: null,
      policy: 'warm',
      seed: 1,
      directory: join(folder, 'run'),
    },
    { force: true }, // a profile is wanted although data of so little effort are insufficient
  );
  const outcome = conclusion?.profiles[0];
  // On a very busy machine there may be no number to write, even by force.
  if (outcome?.state !== 'written') throw new Error(outcome?.reasons.join(' ') ?? 'interrupted');

  // A profile of insufficient data is refused unless it is asked for with `warn`.
  const { profile } = loadProfile({ path: join(directory, 'profile.json'), profileCheck: 'warn' });
  for (const [phase, { multiplier, verdict }] of Object.entries(profile?.policies.warm.phases ?? {})) {
    console.log(
      `a byte of ${phase} costs the time of filling ${multiplier.estimate.toPrecision(3)} (${verdict})`,
    );
  }
  const engine = new Engine({ profile, profileCheck: 'warn' });
  const layers = new Set(
    engine.costs
      .explain()
      .map(({ layer }) => layer)
      .sort(),
  );
  console.log(`costs come from: ${[...layers].join(', ')}`); // `bytesPerFuel` is no matter of the machine
} finally {
  rmSync(folder, { recursive: true, force: true });
}
