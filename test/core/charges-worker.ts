/** Prints, for each module of the adversarial and the real corpus, what loading, instantiating and calling it is charged: to be held against another Node's. */
import { chargedRun, sameFuelCorpora } from './same-fuel.js';

const WAY = { executor: 'interpreter', mode: 'lazy', isInterrupted: false } as const;

for (const { modules, name: corpus } of sameFuelCorpora())
  for (const { bytes, name } of modules) {
    const { module, run } = chargedRun(WAY, bytes)!;
    console.log(`${corpus}/${name}: ${[module.fuelCharged, ...run.totalFuel].join(' ')}`);
  }
