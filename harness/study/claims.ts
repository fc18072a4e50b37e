/** Ratios that have been claimed for Wasmi, and where they were. */
export const CLAIMS: readonly {
  readonly claim: string;
  /** For a picture. */
  readonly short: string;
  readonly low: number;
  readonly high: number;
}[] = [
  { claim: '20-30x (issue 981, no method given)', short: '20-30x', low: 20, high: 30 },
  { claim: '56x and 72x (pull request 988)', short: '56x, 72x', low: 56, high: 72 },
  { claim: '"roughly 60x" (pull request 1005)', short: 'roughly 60x', low: 55, high: 65 },
  {
    claim: '448x and 576x (what 7 and 9 fuel per byte charge at 64 bytes per fuel)',
    short: '448x, 576x charged',
    low: 448,
    high: 576,
  },
];
