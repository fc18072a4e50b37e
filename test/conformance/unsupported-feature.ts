/**
 * What may be skipped: only an assertion whose module needs a feature that the engine does not support, found by
 * looking for the feature in the module itself.
 */
import type { ModuleOutline, Proposal } from './module-outline.js';

/** The reason to skip a module: the unsupported proposals that it needs, or undefined when it needs none. */
export function unsupportedFeature(
  outline: ModuleOutline,
  supported: ReadonlySet<Proposal>,
): string | undefined {
  const missing = [...outline.needs].filter((proposal) => !supported.has(proposal));
  return missing.length === 0 ? undefined : missing.sort().join(', ');
}

/** Words that only modules of proposals have which the text parser does not know, with the proposal. */
const PROPOSAL_WORDS: readonly (readonly [RegExp, Proposal])[] = [
  [
    /\(\s*(?:descriptor|describes|exact)\b|\.(?:new|new_default|cast|test)_desc\b|\bref\.get_desc\b/,
    'custom descriptors',
  ],
  [/\(\s*(?:cont|suspend|resume|switch)\s|[\s(]cont\.(?:new|bind)\b/, 'stack switching'],
  [/\(\s*shared\b|\.atomic\./, 'threads'],
];

/** The reason to skip a module whose text the parser refused: a proposal's words in it, or undefined. */
export function unsupportedFeatureOfText(text: string): string | undefined {
  return PROPOSAL_WORDS.find(([words]) => words.test(text))?.[1];
}
