import type { ProfileMachine, EngineDescription } from '@wasm-dyno/engine';
import { byteSize } from '@wasm-dyno/reports/wording';
import type { Fitness } from '../../machine/fitness.js';
import { limitsText } from '../../machine/limits-text.js';
import { processLimits, type ProcessLimits } from '../../machine/process-limits.js';
import { terminalTable, styled } from '../../console/terminal.js';

/** The machine in a line. */
export function machineLine(machine: ProfileMachine): string {
  const { cpuModel, logicalCores, l3Bytes, memoryBytes, virtualisation, nodeVersion } = machine;
  const parts = [
    `${logicalCores} cores`,
    ...(l3Bytes === null ? [] : [`last-level cache ${byteSize(l3Bytes)}`]),
    `${byteSize(memoryBytes)} memory`,
    ...(virtualisation === null ? [] : [`virtual (${virtualisation})`]),
    `Node ${nodeVersion}`,
  ];
  return `${cpuModel}, ${parts.join(', ')}`;
}

/** Fingerprint and fitness, for people. */
export function machineText(
  machine: ProfileMachine,
  fitness: Fitness,
  engine: EngineDescription,
  limits: ProcessLimits = processLimits(),
): string {
  const unknown = 'not told';
  const rows: [string, string][] = [
    ['machine id', machine.id],
    ['CPU', `${machine.cpuModel} (${machine.arch}${revisionText(machine)})`],
    ['cores', `${machine.logicalCores} logical, ${machine.physicalCores ?? unknown} physical`],
    ['caches of a core', cacheText(machine, unknown)],
    ['memory', byteSize(machine.memoryBytes)],
    ['limits', limitsText(limits)],
    ['operating system', `${machine.platform} ${machine.osRelease}`],
    ['Node', `${machine.nodeVersion} (V8 ${machine.v8Version})`],
    ['front end', frontEndText(engine)],
    ['interpreter loop', loopText(engine)],
    ['virtualisation', machine.virtualisation ?? 'none found'],
    ['governor', machine.governor ?? unknown],
  ];
  const checks = fitness.checks.map(({ name, state, seen, mend }) => [
    name,
    state === 'unfit' ? styled('yellow', state) : state,
    mend === undefined ? seen : `${seen}; ${mend}`,
  ]);
  return [
    terminalTable([{ head: 'machine' }, { head: '' }], rows),
    '',
    terminalTable([{ head: 'check' }, { head: 'state', styled: true }, { head: 'seen' }], checks),
    '',
    conclusion(fitness),
    '',
  ].join('\n');
}

/** Nothing where the system tells none of it. */
function revisionText({ cpuFamily, cpuModelNumber, cpuStepping }: ProfileMachine): string {
  const parts = Object.entries({ family: cpuFamily, model: cpuModelNumber, stepping: cpuStepping });
  return parts.flatMap(([name, value]) => (value === null ? [] : [`, ${name} ${value}`])).join('');
}

/** What validates and translates for the embedded engine. */
function frontEndText({ frontEnd }: EngineDescription): string {
  return frontEnd === 'webassembly' ? 'in WebAssembly' : 'in JavaScript: Node refuses WebAssembly';
}

/** What runs the embedded engine's common operators. */
function loopText({ loop }: EngineDescription): string {
  return loop === 'webassembly'
    ? 'in WebAssembly'
    : 'in JavaScript: Node 22 and later have it in WebAssembly';
}

function conclusion({ fit, checks }: Fitness): string {
  if (!fit) return styled('yellow', 'The machine is not fit to measure now: results will be noisy.');
  const isLoadTold = checks.some(({ name, state }) => name === 'load' && state !== 'unknown');
  return isLoadTold
    ? styled('green', 'The machine is fit to measure now.')
    : 'Nothing tells whether the machine is fit to measure now: its load is unknown.';
}

function cacheText({ l1dBytes, l2Bytes, l3Bytes }: ProfileMachine, unknown: string): string {
  const caches = [
    ['L1d', l1dBytes],
    ['L2', l2Bytes],
    ['L3', l3Bytes],
  ] as const;
  const known = caches
    .filter(([, bytes]) => bytes !== null)
    .map(([name, bytes]) => `${name} ${byteSize(bytes!)}`);
  return known.length === 0 ? unknown : known.join(', ');
}
