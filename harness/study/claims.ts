/** Ratios that have been claimed for Wasmi, and where they were. */
export const CLAIMS: readonly {
  readonly claim: string;
  readonly low: number;
  readonly high: number;
}[] = [
  { claim: '20-30x (issue 981, no method given)', low: 20, high: 30 },
  { claim: '56x and 72x (pull request 988)', low: 56, high: 72 },
  { claim: '"roughly 60x" (pull request 1005)', low: 55, high: 65 },
  {
    claim: '448x and 576x (what 7 and 9 fuel per byte charge at 64 bytes per fuel)',
    low: 448,
    high: 576,
  },
];

/** The same for a picture, where lines that lie close together would cover each other. */
export const CLAIM_LEVELS: readonly { readonly y: number; readonly label: string }[] = [
  { y: 25, label: '20-30x' },
  { y: 64, label: '56x, 72x, "roughly 60x"' },
  { y: 512, label: '448x, 576x: what is charged' },
];
