// Writes the JSON Schema of the configuration file beside the built commands, whose options it is made of. Run after tsc, by `npm run build`.
import { writeFileSync } from 'node:fs';

import { loadCommands } from '../harness/dist/cli/commands.js';
import { configSchema } from '../harness/dist/cli/config/config-schema.js';
import { optionCatalog } from '../harness/dist/cli/config/option-catalog.js';

const schema = configSchema(optionCatalog(await loadCommands()));
const file = new URL('../harness/dist/config.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(schema)}\n`);
