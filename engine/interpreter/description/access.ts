/** Bytes that an access reads or writes. */
export function accessBytes(operator: string): number {
  const bits = /(?:load|store)(\d+)?/.exec(operator)![1];
  if (bits !== undefined) return Number(bits) / 8;
  return operator.startsWith('i32') ? 4 : operator.startsWith('v128') ? 16 : 8;
}

/** Whether an access's address is the sum of a register and a constant. */
export const isAtSum = (fields: readonly string[]) => fields.includes('imm') && fields[0] !== 'imm';
