// The binary format's vocabulary, for those who write modules or list operators: opcodes and section codes, and the encodings.
export { OPERATOR_SPACE, Operator, operatorName } from './binary/operator.js';
export { ByteWriter } from './binary/byte-writer.js';
export { MODULE_HEAD, nameBytes, section, sized, unsigned, type Bytes } from './binary/module-parts.js';
export { SectionCode } from './binary/section-code.js';
export { operatorClasses } from './fuel/operator-classes.js';
