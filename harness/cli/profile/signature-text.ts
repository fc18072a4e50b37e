import type { ProfileSignature } from '@wasm-dyno/engine';
import { visibleLine } from '../../console/visible-text.js';

/** Who signed what and when, in a line. */
export function provenanceText({
  publicKey,
  provenance,
}: Pick<ProfileSignature, 'publicKey' | 'provenance'>): string {
  const { commit, runSha256, signedAt, signedBy } = provenance;
  return [
    `by ${visibleLine(signedBy, 200)} on ${visibleLine(signedAt)} with the key ${publicKey}`,
    commit === null ? 'of no commit that was told' : `of commit ${commit}`,
    runSha256 === null ? 'without a run' : `run ${runSha256.slice(0, 16)}`,
  ].join(', ');
}
