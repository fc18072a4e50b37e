/** Every feature that the text format's parser knows: whether the engine takes the module is for the engine to say. */
const FEATURES = {
  exceptions: true,
  threads: true,
  function_references: true,
  gc: true,
  multi_memory: true, // known to the parser, though its types lack it
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  relaxed_simd: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  memory64: true,
  extended_const: true,
};

/** A text module does not read as one. The message names line and column. */
export class TextModuleError extends Error {
  override readonly name = 'TextModuleError';
}

/** Encodes a module in the text format (.wat). Throws a TextModuleError for a text that is none. */
export async function encodeTextModule(text: Uint8Array): Promise<Uint8Array> {
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    throw new TextModuleError('is not text in UTF-8');
  }
  const { default: loadWabt } = await import('wabt'); // large, and needed for text modules only
  const wabt = await loadWabt();
  try {
    const module = wabt.parseWat('module.wat', source, FEATURES);
    try {
      // Bytes of its own: the buffer that wabt gives may be part of its memory.
      return Uint8Array.from(module.toBinary({ write_debug_names: true }).buffer);
    } finally {
      module.destroy();
    }
  } catch (error) {
    throw new TextModuleError(firstComplaint(error instanceof Error ? error.message : String(error)));
  }
}

/** Of a report like "parseWat failed:\nmodule.wat:3:5: error: unexpected token ...": the first place and complaint. */
function firstComplaint(report: string): string {
  const found = /module\.wat:(\d+):(\d+): error: (.+)/.exec(report);
  if (found === null) return report.split('\n').join(' ').trim();
  const [, line, column, complaint] = found;
  return `line ${line}, column ${column}: ${complaint}`;
}
