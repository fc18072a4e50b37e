import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';
import { RecordedRunError } from './recorded-run-error.js';

/** A text file, or undefined when it is not there. @throws RecordedRunError when it cannot be read. */
export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    const mend = code === 'ENOTDIR' ? 'name a run directory' : 'give read permission';
    throw new RecordedRunError(`${path} cannot be read (${code}); ${mend}`, { cause: error });
  }
}

const checks = new Map<AnySchema, ValidateFunction>();

/** A JSON file that keeps to `schema`, or undefined when it is not there. @throws RecordedRunError naming file and field. */
export function readJsonFile<T>(path: string, schema: AnySchema): T | undefined {
  const text = readTextFile(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RecordedRunError(`${path} is not JSON; restore the file or resume the run`, { cause: error });
  }
  let check = checks.get(schema);
  if (check === undefined) {
    check = new Ajv2020({ strict: false }).compile(schema);
    checks.set(schema, check);
  }
  if (check(value)) return value as T;
  const [problem] = check.errors ?? [];
  const field = problem?.instancePath.slice(1).replaceAll('/', '.') || 'the whole';
  throw new RecordedRunError(`${basename(path)}: ${field} ${problem?.message ?? 'is wrong'} (${path})`);
}
