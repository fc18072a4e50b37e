import { downloadedNode } from '../../gates/node-versions.js';

/** A Node that is measured. */
export interface BenchNode {
  readonly major: number;
  readonly path: string;
}

const OWN_MAJOR = Number(process.versions.node.split('.')[0]);
/** The oldest that is supported, and the one that has all that the engine can use. */
const MAJORS = [20, 24];

/** This Node, and of those that the table is about the ones that are here. */
export function benchNodes(): BenchNode[] {
  const nodes = [{ major: OWN_MAJOR, path: process.execPath }];
  for (const major of MAJORS) {
    const path = major === OWN_MAJOR ? undefined : downloadedNode(String(major));
    if (path !== undefined) nodes.push({ major, path });
  }
  return nodes.sort((a, b) => a.major - b.major);
}

/** What is not here, and how to get it. */
export function missingNodes(nodes: readonly BenchNode[]): string[] {
  return MAJORS.filter((major) => nodes.every((node) => node.major !== major)).map((major) =>
    major < 22
      ? `Node ${major} is not measured: run the bench with it`
      : `Node ${major} is not measured: npm run other-node -- ${major} node --version fetches it`,
  );
}
