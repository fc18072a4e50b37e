// The binary format's vocabulary, for those who write modules or list operators: opcodes and section codes.
export { OPERATOR_SPACE, Operator, operatorName } from './binary/operator.js';
export { SectionCode } from './binary/section-code.js';
export { operatorClasses } from './fuel/operator-classes.js';
