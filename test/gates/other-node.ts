/**
 * `npm run other-node -- VERSION COMMAND...`: runs a command under another major version of Node. Its binary comes out of the npm
 * registry, for tests only: into `.cache/`, never into anyone's install.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { installedNode, NODE_VERSIONS, nodePackageName } from './node-versions.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

process.exitCode = main(process.argv.slice(2));

function main([major = '', command, ...values]: readonly string[]): number {
  const version = Object.hasOwn(NODE_VERSIONS, major) ? NODE_VERSIONS[major] : undefined;
  if (version === undefined || command === undefined) {
    console.error(`usage: npm run other-node -- ${Object.keys(NODE_VERSIONS).join('|')} COMMAND...`);
    return EXIT_USAGE;
  }
  let folder: string;
  try {
    folder = installedNode(version);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    console.error(
      `Node ${version} cannot be had as ${nodePackageName()}: ${reason}; try again with the npm registry in reach`,
    );
    return EXIT_FAILED;
  }
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
  };
  // Left by npm for its children, these lead back to the Node that this runs on.
  delete env['NODE'];
  delete env['npm_node_execpath'];
  const { error, signal, status } = spawnSync(command, values, { stdio: 'inherit', env });
  if (error !== undefined) console.error(`${command} cannot be run: ${error.message}`);
  if (signal !== null) console.error(`${command} was ended by ${signal}`);
  return status ?? EXIT_FAILED;
}
