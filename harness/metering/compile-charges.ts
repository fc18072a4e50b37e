import type { CompileCharge } from '@wasm-dyno/reports/recorded-run';
import type { ModuleFile, Session } from '../process/session.js';
import { TargetError } from '../targets/client.js';
import type { Description } from '../targets/protocol.js';

/**
 * The measured phases that a first call's charge pays for, by Wasmi's names of its modes: in `eager` everything is done before
 * any call, in `lazy-translation` validation is.
 */
const CHARGED_PHASES: Readonly<Record<string, readonly string[]>> = {
  eager: ['validate', 'translate'],
  'lazy-translation': ['translate'],
  lazy: ['validate', 'translate'],
};

/** What the engine charges for compiling the modules, function by function, in each of its modes; read back from it. */
export async function compileCharges(
  session: Session,
  files: readonly ModuleFile[],
): Promise<{ charges: CompileCharge[]; notices: string[] }> {
  const { charges: knowsCharges, modes = [] } = session.description;
  const notices: string[] = [];
  if (knowsCharges !== true) return { charges: ruleOf(session.description), notices };
  const sums = new Map<string, { functions: number; bodyBytes: number; fuel: bigint }>();
  for (const file of files) {
    try {
      await session.load(file);
      for (const mode of modes) {
        const { charges } = await session.client.request('charge', { module: file.name, mode }, 120_000);
        const sum = sums.get(mode) ?? { functions: 0, bodyBytes: 0, fuel: 0n };
        for (const { bodyBytes, fuel } of charges) {
          sum.functions++;
          sum.bodyBytes += bodyBytes;
          sum.fuel += BigInt(fuel);
        }
        sums.set(mode, sum);
      }
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      notices.push(`${session.client.name} tells no charge for ${file.name}: ${error.answer.message}`);
    }
  }
  const charges = [...sums].map(([mode, { functions, bodyBytes, fuel }]) => ({
    mode,
    phases: CHARGED_PHASES[mode] ?? [],
    functions,
    bodyBytes,
    fuel: String(fuel),
  }));
  return { charges, notices };
}

/** The rule that the embedded engine describes: each phase costs so many times a memset. */
function ruleOf({ fuel }: Description): CompileCharge[] {
  const [bytesPerFuel, multiplier] = [fuel?.['bytesPerFuel'], fuel?.['defaultMultiplier']];
  if (typeof bytesPerFuel !== 'number' || typeof multiplier !== 'number') return [];
  const fuelPerByte = (2 * multiplier) / bytesPerFuel;
  return [
    {
      mode: `default (${multiplier}x memset per phase)`,
      phases: ['validate', 'translate'],
      functions: 0,
      bodyBytes: 1,
      fuel: String(fuelPerByte),
    },
  ];
}

/** What the engine says it charges for a byte filled or copied; null where it says nothing. */
export function memsetFuelPerByte({ fuel }: Description): number | null {
  const number = (name: string): number | undefined => {
    const value = fuel?.[name];
    return typeof value === 'number' && value > 0 ? value : undefined;
  };
  const bytesPerFuel = number('bytes_copied_per_fuel') ?? number('bytesPerFuel');
  return number('memory_fill_per_byte') ?? (bytesPerFuel === undefined ? null : 1 / bytesPerFuel);
}
