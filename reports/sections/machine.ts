import { contentTable, type ContentSection } from '../content.js';
import type { RecordedRun } from '../recorded-run/index.js';
import { byteSize, corpusLines, engineLines, machineLine } from '../wording.js';

/** What was measured with what, on what. */
export function machineSection({ run }: RecordedRun): ContentSection {
  const { machine, fitness } = run;
  const bytes = (size: number | null): string => (size === null ? 'not told' : byteSize(size));
  const unfit = fitness.at(-1)?.checks.filter(({ state }) => state === 'unfit') ?? [];
  const options = Object.entries(run.options).map(([name, value]) => [`option ${name}`, optionText(value)]);
  const facts = [
    ['processor', machine.cpuModel],
    ['machine id', machine.id],
    ['cores', `${machine.logicalCores} logical, ${machine.physicalCores ?? 'an unknown number of'} physical`],
    ['caches', `L1d ${bytes(machine.l1dBytes)}, L2 ${bytes(machine.l2Bytes)}, L3 ${bytes(machine.l3Bytes)}`],
    ['memory', byteSize(machine.memoryBytes)],
    ['system', `${machine.platform} ${machine.osRelease} ${machine.arch}`],
    ['virtualised by', machine.virtualisation ?? 'no hypervisor found'],
    ['frequency governor', machine.governor ?? 'not readable'],
    ['Node', `${machine.nodeVersion} (V8 ${machine.v8Version})`],
    [
      'fit to measure',
      unfit.length === 0
        ? 'yes, as far as it tells'
        : `no: ${unfit.map(({ name, seen }) => `${name} (${seen})`).join('; ')}`,
    ],
    ...engineLines(run).map((line) => ['engine', line]),
    ...corpusLines(run).map((line) => ['corpus', line]),
    ['begun', run.createdAt],
    ['written by', `${run.tool.name} ${run.tool.version}`],
    ['seed', String(run.seed)],
    ...options,
    ['state', `${run.state}.${run.ended ? ` ${run.ended.sentence}` : ''}`],
  ] as [string, string][];
  return {
    id: 'machine',
    title: 'The machine and the run',
    short: 'Machine',
    finding: `${machineLine(machine)}.`,
    blocks: [
      {
        kind: 'table',
        caption: 'The machine and the run',
        table: contentTable(facts, [
          { heading: 'what', cell: ([name]) => name },
          { heading: 'is', cell: ([, value]) => value },
        ]),
      },
    ],
  };
}

function optionText(value: unknown): string {
  return Array.isArray(value) ? value.join(' ') || 'none' : String(value ?? 'none');
}
