import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from 'yaml';
import { readFileSync } from 'node:fs';

export const FLEET = fileURLToPath(new URL('../../harness/fleet/', import.meta.url));

/** Files with resources; what kustomize alone reads is left out. */
export function resourceFiles(): string[] {
  return readdirSync(path.join(FLEET, 'kubernetes'), { recursive: true, withFileTypes: true })
    .filter(
      ({ name }) =>
        name.endsWith('.yaml') && !['kustomization.yaml', 'upload.yaml', 'download.yaml'].includes(name),
    )
    .map(({ name, parentPath }) => path.join(parentPath, name));
}

export interface Step {
  readonly name: string;
  readonly args: readonly string[];
}

/** The containers of a Job, in the order in which they run. */
export function stepsOf(file: string): Step[] {
  const { spec } = parse(readFileSync(path.join(FLEET, 'kubernetes', file), 'utf8'), { merge: true }) as {
    spec: { template: { spec: { initContainers?: Step[]; containers: Step[] } } };
  };
  const { containers, initContainers = [] } = spec.template.spec;
  return [...initContainers, ...containers];
}
