// What recorded runs say of their own prices: npm run evidence -- RUN_DIRECTORY... [--busy RUN_DIRECTORY]. Times nothing.
import { closure, phasesOf } from './evidence/closure.js';
import { flagEvidence } from './evidence/flag-evidence.js';
import { modelledClosure } from './evidence/modelled-closure.js';
import { repeatedRuns } from './evidence/repeated-runs.js';
import { reweighting } from './evidence/reweighting.js';
import { studiedRun } from './evidence/studied-run.js';
import { timesByRow } from './evidence/times-by-row.js';
import { verificationLines } from './evidence/verification-lines.js';
import { runStudy } from './study-command.js';

const BUSY = '--busy';
const USAGE = `name directories that wasm-dyno calibrate wrote: npm run evidence -- RUN_DIRECTORY... [${BUSY} RUN_DIRECTORY]\n`;

/** The first run in full, all of them against each other, one of a busy machine against all. */
function evidence(words: readonly string[]): number {
  const at = words.indexOf(BUSY);
  const busyDirectory = at === -1 ? undefined : words[at + 1];
  const directories = at === -1 ? words : words.toSpliced(at, 2);
  if (directories.length === 0 || (at !== -1 && busyDirectory === undefined)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const runs = directories.map(studiedRun);
  const busy = busyDirectory === undefined ? undefined : studiedRun(busyDirectory);
  const [first] = runs as [(typeof runs)[number]];
  const phases = phasesOf(first.estimates);
  const parts: [question: string, answer: readonly string[]][] = [
    [`One time per byte in all rows of a phase (${first.name})`, timesByRow(first.estimates)],
    [`Charges add up to times (${first.name})`, [...phases.map(closure), ...modelledClosure(runs)]],
    [`The same rows weighing otherwise (${first.name})`, reweighting(first, phases)],
    ['Runs in a row', repeatedRuns(runs, busy)],
    ['Whether a flagged block was slow', [flagEvidence(runs)]],
    ['Verification', verificationLines(first)],
  ];
  const text = parts.map(([question, answer], i) => `${i + 1}. ${question}\n\n${answer.join('\n')}\n`);
  process.stdout.write(text.join('\n'));
  return 0;
}

runStudy(evidence);
