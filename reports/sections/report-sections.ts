import type { ContentSection } from '../content.js';
import type { ReportedRun } from '../reported-run.js';
import { chargesSection } from './charges.js';
import { coldSection } from './cold.js';
import { enginesSection } from './engines.js';
import { executionSection } from './execution.js';
import { filesSection } from './files.js';
import { glossarySection } from './glossary.js';
import { machineSection } from './machine.js';
import { memsetSection } from './memset.js';
import { methodSection } from './method.js';
import { modelsSection } from './models.js';
import { modulesSection } from './modules.js';
import { multiplierSection } from './multipliers.js';
import { noiseSection } from './noise.js';
import { phasesSection } from './phases.js';
import { predictionSection } from './prediction.js';
import { priceBySizeSection } from './price-by-size.js';
import { processesSection } from './processes.js';
import { ratioSection } from './ratios.js';
import { opinionSection, verificationSection } from './trust.js';
import { warmUpSection } from './warm-up.js';

/** What a report says, in order, without its form. A section is there when its data are. */
export function reportSections(run: ReportedRun): ContentSection[] {
  return [
    multiplierSection(run),
    enginesSection(run),
    priceBySizeSection(run),
    modulesSection(run),
    phasesSection(run),
    coldSection(run),
    warmUpSection(run),
    memsetSection(run),
    processesSection(run),
    noiseSection(run),
    predictionSection(run),
    modelsSection(run),
    chargesSection(run),
    executionSection(run),
    ratioSection(run),
    opinionSection(run),
    verificationSection(run),
    machineSection(run),
    methodSection(run),
    glossarySection(),
    filesSection(run),
  ].filter((section) => section !== undefined);
}
