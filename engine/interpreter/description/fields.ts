/** Words that a field takes. */
const fieldWords = (field: string) => (field === 'imm64' ? 2 : 1);

/** Position of a field among the words behind the operator, counted from 1. */
export function position(fields: readonly string[], field: string): number {
  const index = fields.indexOf(field);
  if (index < 0) throw new RangeError(`no field ${field} among ${fields.join(', ')}`);
  return fields.slice(0, index).reduce((sum, before) => sum + fieldWords(before), 1);
}

/** Words of an operator with these fields. */
export const wordsOf = (fields: readonly string[]) =>
  fields.reduce((sum, field) => sum + fieldWords(field), 1);
