import { readdirSync, readFileSync } from 'node:fs';

/** What tells processors of one name apart; null where the system does not tell. */
export interface Processor {
  /** The maker's numbers: on x86 family, model and stepping, on ARM implementer, part, and variant with revision. */
  readonly cpuFamily: string | null;
  readonly cpuModelNumber: string | null;
  readonly cpuStepping: string | null;
  /** Of one core. */
  readonly l1dBytes: number | null;
  readonly l2Bytes: number | null;
}

const CACHE_FOLDER = '/sys/devices/system/cpu/cpu0/cache';

/** The first processor of this machine: from `/proc` and `/sys` on Linux, from the environment on Windows. */
export function processor(): Processor {
  const caches = { l1dBytes: cacheBytes(1, 'Data'), l2Bytes: cacheBytes(2, 'Unified') };
  return { ...numbersFromText(textOf('/proc/cpuinfo'), process.env['PROCESSOR_IDENTIFIER']), ...caches };
}

/**
 * @param cpuinfo what Linux tells in `/proc/cpuinfo`; empty elsewhere
 * @param identifier what Windows tells, for example `Intel64 Family 6 Model 158 Stepping 10, GenuineIntel`
 */
export function numbersFromText(
  cpuinfo: string,
  identifier = '',
): Pick<Processor, 'cpuFamily' | 'cpuModelNumber' | 'cpuStepping'> {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}\\s*:[ \\t]*(\\S.*)$`, 'm').exec(cpuinfo)?.[1]?.trim();
  const windows = /Family (\d+) Model (\d+) Stepping (\d+)/.exec(identifier);
  const variant = field('CPU variant');
  const revision = field('CPU revision');
  const armStepping = variant === undefined || revision === undefined ? undefined : `${variant}.${revision}`;
  return {
    cpuFamily: field('cpu family') ?? field('CPU implementer') ?? windows?.[1] ?? null,
    cpuModelNumber: field('model') ?? field('CPU part') ?? windows?.[2] ?? null,
    cpuStepping: field('stepping') ?? armStepping ?? windows?.[3] ?? null,
  };
}

function cacheBytes(level: number, type: string): number | null {
  const tells = (index: string, name: string): string => textOf(`${CACHE_FOLDER}/${index}/${name}`).trim();
  const index = namesIn(CACHE_FOLDER).find(
    (name) => tells(name, 'level') === String(level) && tells(name, 'type') === type,
  );
  return index === undefined ? null : bytesOf(tells(index, 'size'));
}

/** `512K` and the like. */
function bytesOf(size: string): number | null {
  const [, digits, unit] = /^(\d+)([KM]?)$/.exec(size) ?? [];
  if (digits === undefined || Number(digits) === 0) return null;
  return Number(digits) * (unit === 'K' ? 1024 : unit === 'M' ? 1024 * 1024 : 1);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
