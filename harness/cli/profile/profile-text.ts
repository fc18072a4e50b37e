import type { HardwareProfile, ProfileProvenance, Verdict } from '@wasm-dyno/engine';
import { shortNumber, styled, terminalTable } from '../../console/terminal.js';
import { visibleLine } from '../../console/visible-text.js';
import { pricesOf, type Price } from '../../profile/prices-of.js';
import { machineLine } from '../machine-text.js';
import { provenanceText } from './signature-text.js';

interface Claim {
  readonly publicKey: string;
  readonly provenance: ProfileProvenance;
}

/** What can be told of a profile's signature. */
export type SignatureState =
  | { readonly state: 'unsigned' }
  | ({ readonly state: 'verified' } & Claim)
  /** It holds, by a key that nobody vouched for. */
  | ({ readonly state: 'unknown-key' } & Claim)
  | ({ readonly state: 'broken'; readonly reason: string } & Partial<Claim>);

/** What a profile says, for people. */
export function profileText(profile: HardwareProfile, signature: SignatureState): string {
  const { engine, machine, tool } = profile;
  const rows: [string, string][] = [
    ['engine', [engine.name, engine.version, ...engine.flags].join(' ')],
    ['machine', `${machineLine(machine)} (${machine.id})`],
    ['measured', `${profile.createdAt} by ${tool.name} ${tool.version}, seed ${profile.seed}`],
    ['corpora', profile.corpora.map(corpusText).join('; ')],
    ['unit', unitText(profile)],
    ['verdict', verdictText(profile.verdict) + (profile.forced ? ', written by force' : '')],
    ['signature', signatureText(signature)],
  ];
  return [
    terminalTable([{ head: 'profile' }, { head: '' }], rows),
    '',
    priceTable(profile),
    '',
    ...profile.warnings.map((warning) => visibleLine(warning)),
    ...(profile.warnings.length > 0 ? [''] : []),
  ].join('\n');
}

function corpusText({ functions, modules, name, sha256 }: HardwareProfile['corpora'][number]): string {
  return `${name} (${functions} functions in ${modules} modules, ${sha256.slice(0, 16)})`;
}

function unitText({ baseline: { kernel, regime } }: HardwareProfile): string {
  return `a price of 1 is that of filling as many bytes by ${kernel} (${regime})`;
}

function priceTable(profile: HardwareProfile): string {
  return terminalTable(
    [
      { head: 'policy' },
      { head: 'phase' },
      { head: 'charged', align: 'right' },
      { head: 'estimate', align: 'right' },
      { head: 'interval', align: 'right' },
      { head: 'level', align: 'right' },
      { head: 'processes', align: 'right' },
      { head: 'verdict' },
    ],
    pricesOf(profile).map((price) => priceRow(price, profile)),
  );
}

function priceRow(price: Price, { policies }: HardwareProfile): string[] {
  const { confidenceLevel, estimate, high, low, phase, policy, processes } = price;
  const { multiplierThousandths, verdict } = policies[policy]!.phases[phase]!;
  return [
    policy,
    phase,
    `${multiplierThousandths / 1000}`,
    shortNumber(estimate),
    `${shortNumber(low)} - ${shortNumber(high)}`,
    `${(100 * confidenceLevel).toFixed(1)}%`,
    String(processes),
    verdictText(verdict),
  ];
}

function verdictText(verdict: Verdict): string {
  return styled(verdict === 'ok' ? 'green' : 'yellow', verdict);
}

function signatureText(signature: SignatureState): string {
  switch (signature.state) {
    case 'unsigned':
      return 'none';
    case 'verified':
      return `${styled('green', 'verified')}, ${provenanceText(signature)}`;
    case 'unknown-key':
      return `${styled('yellow', 'not verified')}: it holds, but whose key it is nobody said (--public-key); ${provenanceText(signature)}`;
    case 'broken':
      return `${styled('red', 'BROKEN')}: ${visibleLine(signature.reason)}`;
  }
}
