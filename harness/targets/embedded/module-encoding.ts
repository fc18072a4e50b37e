// The binary format's pieces (spec 5), as far as the small hand-assembled modules of the targets need them.

export function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

export function body(code: readonly number[]): number[] {
  return [...unsigned(code.length), ...code];
}

export function text(value: string): number[] {
  return [value.length, ...new TextEncoder().encode(value)];
}

/** LEB128 (spec 5.2.2). */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}
