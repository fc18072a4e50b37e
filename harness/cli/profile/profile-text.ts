import {
  PROFILE_PHASES,
  PROFILE_POLICIES,
  type HardwareProfile,
  type ProfileEstimate,
  type ProfilePrice,
  type ProfileProvenance,
  type Verdict,
} from '@wasm-dyno/engine';
import { unitDefinitionText } from '@wasm-dyno/reports';
import { counted } from '@wasm-dyno/reports/wording';
import { shortNumber, styled, terminalTable } from '../../console/terminal.js';
import { visibleLine } from '../../console/visible-text.js';
import { domainLine, priceText } from '../../model/index.js';
import { machineLine } from '../display/machine-text.js';
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
  const told: [string, string][] = [
    ['engine', [engine.name, engine.version, ...engine.flags].join(' ')],
    ['cost behaviour', engine.costBehaviour ?? 'not told: the version binds'],
    ...agreedRows(profile),
    ['machine', `${machineLine(machine)} (${machine.id})`],
    ['measured', `${profile.createdAt} by ${tool.name} ${tool.version}, seed ${profile.seed}`],
    ['corpora', profile.corpora.map(corpusText).join('; ')],
  ];
  const rows: [string, string][] = [
    ...told.map(([name, text]): [string, string] => [name, visibleLine(text)]),
    ['unit', unitText(profile)],
    ['verdict', verdictText(profile.verdict) + (profile.forced ? ', written by force' : '')],
    ['signature', signatureText(signature)],
  ];
  return [
    terminalTable([{ head: 'profile' }, { head: '', styled: true }], rows),
    '',
    priceTable(profile),
    '',
    ...modelsText(profile),
    ...profile.warnings.map((warning) => visibleLine(warning)),
    ...(profile.warnings.length > 0 ? [''] : []),
  ].join('\n');
}

/** What charges are made of, where the profile has models. */
function modelsText({ models }: HardwareProfile): string[] {
  if (models === undefined) return [];
  const { functions, modules, processes } = models;
  const rest = Object.entries(models.phases).map(
    ([phase, { domain }]) => `${phase}: outside of bodies of ${domainLine(domain)}, safe`,
  );
  const head = `models of ${counted(functions, 'function')} of ${counted(modules, 'module')}, ${counted(processes, 'process', 'processes')}`;
  return [head, priceText(models).trimEnd(), ...rest, ''];
}

function agreedRows({ agreed }: HardwareProfile): [string, string][] {
  if (agreed === undefined) return [];
  const { from, id, machineKinds, policy, profiles, to } = agreed;
  const who = `${counted(profiles, 'profile')} of ${counted(machineKinds, 'kind of machine', 'kinds of machines')}`;
  return [
    ['agreed', `${id}, by ${policy}, of ${who}, ${from} to ${to}; unit and memset are the middle one's`],
  ];
}

function corpusText({ functions, modules, name, sha256 }: HardwareProfile['corpora'][number]): string {
  return `${name} (${counted(functions, 'function')} in ${counted(modules, 'module')}, ${sha256.slice(0, 16)})`;
}

function unitText({ unit, baseline }: HardwareProfile): string {
  const { kernel, regime } = baseline;
  return `${unitDefinitionText(unit)}, filled by ${kernel} (${regime}), ${verdictText(unit.verdict)}`;
}

/** Of each phase the multiplier of its bytes, and below it what stands before the first byte. */
function priceTable({ policies }: HardwareProfile): string {
  const rows = PROFILE_POLICIES.flatMap((policy) =>
    PROFILE_PHASES.flatMap((phase) => {
      const price = policies[policy]?.phases[phase];
      return price === undefined ? [] : priceRows(policy, phase, price);
    }),
  );
  return terminalTable(
    [
      { head: 'policy' },
      { head: 'phase' },
      { head: 'price of a' },
      { head: 'charged', align: 'right' },
      { head: '' },
      { head: 'estimate', align: 'right' },
      { head: 'interval', align: 'right' },
      { head: '' },
      { head: 'level', align: 'right' },
      { head: 'processes', align: 'right' },
      { head: 'verdict', styled: true },
    ],
    rows,
  );
}

function priceRows(policy: string, phase: string, price: ProfilePrice): string[][] {
  const { constants, multiplier, multiplierThousandths, verdict } = price;
  return [
    [
      ...[policy, phase, 'byte', `${multiplierThousandths / 1000}`, 'x memset'],
      ...estimateCells(multiplier, 'x memset'),
      verdictText(verdict),
    ],
    ...constants.map(({ constantFuel, nanoseconds, per }) => [
      ...['', '', per, String(constantFuel), 'fuel'],
      ...estimateCells(nanoseconds, 'ns'),
      '',
    ]),
  ];
}

function estimateCells(estimate: ProfileEstimate, unit: string): string[] {
  const level = `${(100 * estimate.confidenceLevel).toFixed(1)}%`;
  return [shortNumber(estimate.estimate), intervalText(estimate), unit, level, String(estimate.processes)];
}

function intervalText({ low, high }: Pick<ProfileEstimate, 'low' | 'high'>): string {
  return `${shortNumber(low)} - ${shortNumber(high)}`;
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
