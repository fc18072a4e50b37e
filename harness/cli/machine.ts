import type { CommandModule } from 'yargs';

import { Engine } from '@wasm-dyno/engine';
import { machineFingerprint } from '../machine/fingerprint.js';
import { machineFitness } from '../machine/fitness.js';
import { processLimits } from '../machine/process-limits.js';
import { print, printJson } from '../console/output.js';
import { machineText } from './display/machine-text.js';

export const machineCommand: CommandModule<object, { json: boolean }> = {
  command: 'machine',
  describe: 'Tell what this machine is, and whether it is fit to measure now',
  builder: (yargs) => yargs.option('json', { type: 'boolean', default: false, describe: 'Print as JSON' }),
  handler: async ({ json }) => {
    const machine = await machineFingerprint();
    const fitness = await machineFitness();
    const engine = new Engine().describe();
    if (json) printJson({ machine, limits: processLimits(), engine, fitness });
    else print(machineText(machine, fitness, engine));
  },
};
