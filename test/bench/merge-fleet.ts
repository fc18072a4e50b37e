// `npm run bench:merge`: merges 10,000 profiles, and prints how long that took and how much memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { mergeProfiles, profileFiles } from 'wasm-dyno';
import { fleetProfile } from '../profile/fleet-example.js';

const PROFILES = 10_000;
const MACHINES = 50;

const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-fleet-'));
try {
  let bytes = 0;
  for (let i = 0; i < PROFILES; i++) {
    // Indented, as calibrations write them.
    const text = JSON.stringify(
      fleetProfile({ machine: i % MACHINES, factor: 1 + i / PROFILES }),
      undefined,
      2,
    );
    writeFileSync(join(folder, `${i}.json`), text);
    bytes += text.length;
  }
  const before = process.memoryUsage().rss;
  let peak = before;
  const start = performance.now();
  const onFile = (done: number) => {
    if (done % 100 === 0) peak = Math.max(peak, process.memoryUsage().rss);
  };
  const { profile } = mergeProfiles(profileFiles([folder]), { policy: 'p90', onFile });
  peak = Math.max(peak, process.memoryUsage().rss);
  const seconds = (performance.now() - start) / 1000;
  const megabytes = (size: number) => `${(size / 2 ** 20).toFixed(0)} MiB`;
  console.log(`${profile.agreed!.profiles} profiles, ${megabytes(bytes)}: merged in ${seconds.toFixed(1)} s`);
  console.log(`memory: ${megabytes(before)} before, at most ${megabytes(peak)} while merging`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
