import { type ProfileMachine, machineDifferences } from '@wasm-dyno/engine';
import { expandTargets } from '../targets/registry.js';
import type { RunRecord } from '@wasm-dyno/reports/recorded-run';
import type { Preflight } from '../process/preflight.js';

/** The run cannot be resumed here and now: something it hangs on has changed. */
export class ResumeRefused extends Error {
  override readonly name = 'ResumeRefused';
}

/** Engines named when resuming are those that the run began with. */
export function refuseAddedEngines(
  recorded: readonly string[],
  named: readonly string[],
  directory: string,
): void {
  const added = expandTargets(named).find((text) => !recorded.includes(text));
  if (added !== undefined)
    throw new ResumeRefused(`${directory} was not begun with the engine "${added}": start a new run`);
}

export function refuseOtherMachine(record: RunRecord, machine: ProfileMachine): void {
  const [difference] = machineDifferences(record.machine, machine);
  if (difference === undefined) return;
  const { field, profile: then, machine: now } = difference;
  throw new ResumeRefused(
    `the machine has changed since: ${field} was "${then}" and is "${now}"; start a new run`,
  );
}

export function refuseOtherCorpus(record: RunRecord, digest: string, directory: string): void {
  if (record.corpusDigest !== digest)
    throw new ResumeRefused(`the corpus of ${directory} has changed since: start a new run`);
}

export function refuseOtherEngines(record: RunRecord, preflights: ReadonlyMap<string, Preflight>): void {
  for (const { name, description, failure } of record.engines) {
    const now = preflights.get(name)?.description;
    if (description === null || failure !== null) continue;
    if (now === undefined)
      throw new ResumeRefused(`engine "${name}" does not work any more: start a new run`);
    const [then, today] = [description, now].map(({ version, flags }) => [version, ...flags].join(' '));
    if (then !== today)
      throw new ResumeRefused(`engine "${name}" was "${then}" and is "${today}": start a new run`);
  }
}
