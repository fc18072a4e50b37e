import { base64OfBytes, bytesOfBase64 } from './base64.js';
import { canonicalJson, memberNames, memberPath } from './canonical-json.js';

const CHECK_BYTES = 4;

/**
 * Four bytes for each field of a JSON value, in base64: what names the fields that were changed, once the signature has told that some
 * were. They prove nothing by themselves, and need not: they are signed with the rest.
 */
export function fieldChecks(value: unknown): string {
  const fields = fieldsOf(value, '');
  const bytes = new Uint8Array(CHECK_BYTES * fields.length);
  const view = new DataView(bytes.buffer);
  fields.forEach(({ check }, i) => view.setUint32(CHECK_BYTES * i, check));
  return base64OfBytes(bytes);
}

/** The places of what is not as it was when the checks were made: of lists and objects where something was added or is missing too. */
export function changedFields(value: unknown, checks: string): string[] {
  const bytes = bytesOfBase64(checks) ?? new Uint8Array();
  const view = new DataView(bytes.buffer);
  const known = new Set<number>();
  for (let at = 0; at + CHECK_BYTES <= bytes.length; at += CHECK_BYTES) known.add(view.getUint32(at));
  return fieldsOf(value, '').flatMap(({ path, check }) => (known.has(check) ? [] : [path]));
}

interface Field {
  readonly path: string;
  readonly check: number;
}

/** Leaves by their value; lists by their length and objects by their names, so that what is missing is missed. */
function fieldsOf(value: unknown, path: string): Field[] {
  if (typeof value !== 'object' || value === null) return [field(path, canonicalJson(value))];
  if (Array.isArray(value)) {
    const items = value.flatMap((item, i) => fieldsOf(item, `${path}[${i}]`));
    return [...items, field(path, `[${value.length}]`)];
  }
  const names = memberNames(value);
  const members = names.flatMap((name) =>
    fieldsOf((value as Readonly<Record<string, unknown>>)[name], memberPath(path, name)),
  );
  return [...members, field(path, `{${canonicalJson(names)}}`)];
}

function field(path: string, content: string): Field {
  return { path, check: fnv1a(`${path}\0${content}`) };
}

/** 32-bit FNV-1a over UTF-8. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
