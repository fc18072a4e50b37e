import { basename } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';
import { RecordedRunError } from './recorded-run-error.js';
import type { Recorded } from './schema-parts.js';
import { readTextFile } from './text-file.js';

interface Versioned {
  readonly schemaVersion?: { readonly const?: number };
}

/** A JSON file that keeps to a schema. Fields that the schema does not name are ignored. */
export class JsonFile<Schema extends TSchema> {
  private check: ValidateFunction | undefined;

  constructor(
    /** Its name in a run directory. */
    readonly name: string,
    readonly schema: Schema,
  ) {}

  /** What the file holds. */
  text(value: Recorded<Schema>): string {
    return `${JSON.stringify(value, undefined, 2)}\n`;
  }

  /** The file's value, or undefined when it is not there. @throws RecordedRunError naming file and field. */
  read(path: string): Recorded<Schema> | undefined {
    const text = readTextFile(path);
    return text === undefined ? undefined : this.parse(text, path);
  }

  /** @throws RecordedRunError naming file and field */
  parse(text: string, path: string): Recorded<Schema> {
    const mend = 'restore the file, or make it anew';
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      const reason = text.trim() === '' ? 'is empty' : 'is not JSON';
      throw new RecordedRunError(`${path} ${reason}; ${mend}`, { cause: error });
    }
    this.#checkVersion(value, path);
    this.check ??= new Ajv2020({ strict: false }).compile(this.schema);
    if (this.check(value)) return value as Recorded<Schema>;
    const [problem] = this.check.errors ?? [];
    const field = problem?.instancePath.slice(1).replaceAll('/', '.') || 'the whole';
    const older = 'it is damaged, or of an earlier wasm-dyno: measure anew with wasm-dyno calibrate';
    throw new RecordedRunError(
      `${basename(path)}: ${field} ${problem?.message ?? 'is wrong'} (${path}); ${problem?.keyword === 'required' ? older : mend}`,
    );
  }

  #checkVersion(value: unknown, path: string): void {
    const { schemaVersion: read } = (this.schema as { properties?: Versioned }).properties ?? {};
    const { schemaVersion: found } = (value ?? {}) as { schemaVersion?: unknown };
    if (read?.const === undefined || typeof found !== 'number' || found === read.const) return;
    throw new RecordedRunError(
      `${path} has schema version ${found} and this version of wasm-dyno reads ${read.const}; use the version that wrote it`,
    );
  }
}
