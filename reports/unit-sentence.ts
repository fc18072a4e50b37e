import { NOISY_HALF_WIDTH, type ProfileRecord } from './recorded-run/index.js';
import { byteSize, shortFigure, shortInterval } from './wording.js';

type Unit = ProfileRecord['unit'];

/** What one fuel of a profile is. A unit that is a time holds by definition: what was measured of it is how many bytes are filled in it. */
export function unitSentence({ unit, baseline }: Pick<ProfileRecord, 'unit' | 'baseline'>): string {
  const { fromBytes, toBytes } = unit;
  const plateau = `the slope of ${baseline.kernel} from ${byteSize(fromBytes)} to ${byteSize(toBytes)}, in each process`;
  return `${unitDefinitionText(unit)}: ${plateau}.${REMARKS[unitTrouble(unit) ?? 'none']}`;
}

/** What one fuel is, without where it was measured. */
export function unitDefinitionText({
  bytesPerFuel,
  definition,
  nanosecondsPerByte,
  nanosecondsPerFuel,
}: Pick<Unit, 'bytesPerFuel' | 'definition' | 'nanosecondsPerByte' | 'nanosecondsPerFuel'>): string {
  return definition.endsWith('B')
    ? `One fuel (${definition}) is ${timeText(nanosecondsPerFuel)}`
    : `One fuel (${definition}) is the time of filling ${shortFigure(bytesPerFuel)} bytes, a byte in ${timeText(nanosecondsPerByte)}`;
}

/** Without bounds where too few processes carry an interval. */
function timeText({ confidenceLevel, estimate, high, low }: Unit['nanosecondsPerByte']): string {
  const bounds = confidenceLevel > 0 ? shortInterval({ low, high }) : 'no interval';
  return `${shortFigure(estimate)} ns (${bounds})`;
}

/** What is wrong with a unit of fuel. */
type UnitTrouble = 'insufficient-data' | 'wide-interval' | 'leaves-cache';

const REMARKS: Readonly<Record<UnitTrouble | 'none', string>> = {
  none: '',
  'insufficient-data': ' The unit is insufficient-data.',
  'wide-interval': ' The unit is noisy.',
  'leaves-cache': ' Its bytes leave the cache, so the unit is noisy.',
};

/** Why a unit is not `ok`: noise is told before the cache, as in noise sizes seem to leave a cache that they do not. */
export function unitTrouble({
  isInCache,
  nanosecondsPerByte,
  verdict,
}: Pick<Unit, 'isInCache' | 'nanosecondsPerByte' | 'verdict'>): UnitTrouble | undefined {
  const { confidenceLevel, estimate, high, low } = nanosecondsPerByte;
  if (verdict === 'ok') return undefined;
  if (verdict === 'insufficient-data' || confidenceLevel <= 0) return 'insufficient-data';
  return isInCache || high - low > 2 * NOISY_HALF_WIDTH * estimate ? 'wide-interval' : 'leaves-cache';
}
