import { admitModule, type AdmissionOptions } from '../admit-module.js';
import type { Corpus, CorpusModule, PackageOrigin, SkippedModule } from '../corpus.js';
import { corpusDigest, sha256 } from '../digest.js';
import { readManifest, type Manifest, type ManifestModule, type Tier } from './manifest.js';
import { findPackage, readPackageModule } from './package-file.js';

export interface RealCorpusOptions extends AdmissionOptions {
  /** Default: both. */
  readonly tiers?: readonly Tier[];
  /** Names of modules; default: all of the tiers. An unknown name is an error. */
  readonly modules?: readonly string[];
  /** Default: the one that comes with wasm-dyno. */
  readonly manifest?: Manifest;
  /** Folders in which packages are looked for (`node_modules`); default: Node's own resolution from wasm-dyno. */
  readonly searchFolders?: readonly string[];
}

/** Loads the manifest's modules out of the installed packages. What is not there or is not as the manifest says is skipped. */
export function loadRealCorpus(options: RealCorpusOptions = {}): Corpus {
  const { tiers = ['small', 'large'], manifest = readManifest() } = options;
  const unknown = options.modules?.find((name) => !manifest.modules.some((entry) => entry.name === name));
  if (unknown !== undefined) {
    const known = manifest.modules.map(({ name }) => name).join(', ');
    throw new RangeError(`unknown real module "${unknown}"; the manifest has ${known}`);
  }
  const modules: CorpusModule[] = [];
  const skipped: SkippedModule[] = [];
  for (const entry of manifest.modules) {
    if (!tiers.includes(entry.tier) || options.modules?.includes(entry.name) === false) continue;
    const bytes = bytesOf(entry, options.searchFolders);
    if (typeof bytes === 'string') {
      skipped.push({ name: entry.name, reason: bytes });
      continue;
    }
    const admission = admitModule('real', entry.name, bytes, originOf(entry), options);
    if (admission.module !== undefined) modules.push(admission.module);
    else skipped.push(admission.skipped);
  }
  return { name: 'real', modules, skipped, digest: corpusDigest(modules) };
}

/** The module's bytes, or the reason why they are not to be had. */
function bytesOf(entry: ManifestModule, searchFolders: readonly string[] | undefined): Uint8Array | string {
  const wanted = `${entry.package}@${entry.version}`;
  const mend = `npm install --save-dev --save-exact ${wanted}`;
  const installed = findPackage(entry.package, searchFolders);
  if (installed === undefined) return `package ${wanted} is not installed: ${mend}`;
  let bytes: Uint8Array;
  try {
    bytes = readPackageModule(installed.folder, entry);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `cannot be read from package ${entry.package}@${installed.version} (${why}): ${mend}`;
  }
  const digest = sha256(bytes);
  if (digest === entry.sha256) return bytes;
  return installed.version === entry.version
    ? `${entry.path} in package ${wanted} has SHA-256 ${digest}, not ${entry.sha256}: reinstall it with ${mend}`
    : `the manifest's bytes are those of ${wanted}, installed is ${entry.package}@${installed.version}: ${mend}`;
}

function originOf({
  package: packageName,
  version,
  path,
  toolchain,
  licence,
}: ManifestModule): PackageOrigin {
  return { kind: 'package', package: packageName, version, path, toolchain, licence };
}
