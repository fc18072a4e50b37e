import type { CommandModule } from 'yargs';

/** The commands of `wasm-dyno`, one file each; only the one that is named is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  calibrate: async () => (await import('./calibrate.js')).calibrateCommand,
  census: async () => (await import('./census.js')).censusCommand,
  compare: async () => (await import('./compare.js')).compareCommand,
  completion: async () => (await import('./completion.js')).completionCommand,
  corpus: async () => (await import('./corpus.js')).corpusCommand,
  doctor: async () => (await import('./doctor.js')).doctorCommand,
  init: async () => (await import('./init.js')).initCommand(loadCommands),
  inspect: async () => (await import('./inspect.js')).inspectCommand,
  machine: async () => (await import('./machine.js')).machineCommand,
  metering: async () => (await import('./metering.js')).meteringCommand,
  model: async () => (await import('./model.js')).modelCommand,
  monitor: async () => (await import('./monitor.js')).monitorCommand,
  query: async () => (await import('./query.js')).queryCommand,
  report: async () => (await import('./report.js')).reportCommand,
  run: async () => (await import('./run.js')).runCommand,
  profile: async () => (await import('./profile.js')).profileCommand,
  target: async () => (await import('./target.js')).targetCommand,
  verify: async () => (await import('./verify.js')).verifyCommand,
};

/** The named command, or all where the name is of none. */
export async function loadCommands(name = ''): Promise<CommandModule[]> {
  const loads = Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
  return (await Promise.all(loads.map((load) => load()))) as CommandModule[];
}
