import type { Shape } from '../shape.js';
import { CONTROL_SHAPES } from './control.js';
import { DECLARATION_SHAPES } from './declarations.js';
import { LIST_SHAPES } from './lists.js';
import { OPERAND_SHAPES } from './operands.js';
import { SIGNATURE_SHAPES } from './signatures.js';

/** Every shape that recipes are made of, each name once. */
export const SHAPES: readonly Shape[] = [
  ...LIST_SHAPES,
  ...CONTROL_SHAPES,
  ...OPERAND_SHAPES,
  ...SIGNATURE_SHAPES,
  ...DECLARATION_SHAPES,
];
