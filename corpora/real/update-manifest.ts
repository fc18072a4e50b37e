// Brings corpora/real/manifest.json up to date with the installed packages: versions, lengths, SHA-256, licences.
// Run from the project after a package was added or updated: node corpora/dist/real/update-manifest.js [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { sha256 } from '../digest.js';
import { MANIFEST_URL, parseManifest, type Manifest, type ManifestModule } from './manifest.js';
import { findPackage, readPackageModule } from './package-file.js';

/** The module's entry as the installed package has it. Throws when the package or the file is not there. */
function refreshed(entry: ManifestModule): ManifestModule {
  const installed = findPackage(entry.package);
  if (installed === undefined) throw new Error(`package ${entry.package} is not installed`);
  const bytes = readPackageModule(installed.folder, entry);
  return {
    ...entry,
    version: installed.version,
    bytes: bytes.length,
    sha256: sha256(bytes),
    // A package that names no licence in its description keeps the one read from its licence file by hand.
    licence: installed.licence ?? entry.licence,
  };
}

function main(parameters: readonly string[]): number {
  const checkOnly = parameters.includes('--check');
  const unknown = parameters.find((parameter) => parameter !== '--check');
  if (unknown !== undefined) {
    process.stderr.write(`unknown argument ${unknown}; usage: update-manifest [--check]\n`);
    return 2;
  }
  const before = readFileSync(MANIFEST_URL, 'utf8');
  const modules: ManifestModule[] = [];
  let failures = 0;
  for (const entry of parseManifest(before).modules) {
    try {
      modules.push(refreshed(entry));
    } catch (error) {
      failures++;
      modules.push(entry);
      process.stderr.write(
        `${entry.name}: ${error instanceof Error ? error.message : String(error)}; entry left as it was\n`,
      );
    }
  }
  const manifest: Manifest = { schemaVersion: 1, modules };
  const after = `${JSON.stringify(manifest, undefined, 2)}\n`;
  parseManifest(after);
  if (after === before) process.stdout.write(`manifest is up to date: ${modules.length} modules\n`);
  else if (checkOnly) {
    process.stderr.write('manifest is not up to date: run node corpora/dist/real/update-manifest.js\n');
    failures++;
  } else {
    writeFileSync(MANIFEST_URL, after);
    process.stdout.write(`manifest written: ${modules.length} modules\n`);
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
