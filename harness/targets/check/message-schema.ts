import { readFileSync } from 'node:fs';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import { targetsSourceFolder } from '../source-folder.js';

/** The definitions of `protocol.schema.json` that messages are held to. */
export type MessageName =
  | 'request'
  | 'answer'
  | `${'describe' | 'load' | 'arm' | 'block' | 'curve' | 'invoke' | 'charge' | 'opinion' | 'collect' | 'tier' | 'exit'}${'Params' | 'Result'}`;

let ajv: Ajv2020 | undefined;
const validators = new Map<MessageName, ValidateFunction>();

/** What is wrong with `message`, as one phrase; undefined when it is as the schema says. */
export function schemaFlaw(name: MessageName, message: unknown): string | undefined {
  const validate = validatorOf(name);
  if (validate(message)) return undefined;
  const [first] = validate.errors ?? [];
  return first === undefined
    ? 'does not fit the schema'
    : `${first.instancePath || 'it'} ${first.message ?? ''}`;
}

function validatorOf(name: MessageName): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  if (ajv === undefined) {
    const schema = JSON.parse(
      readFileSync(new URL('protocol.schema.json', targetsSourceFolder()), 'utf8'),
    ) as object;
    ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
    ajv.addSchema(schema);
  }
  const validate = ajv.compile({ $ref: `urn:wasm-dyno:schema:target-protocol:1#/$defs/${name}` });
  validators.set(name, validate);
  return validate;
}
