/*
 * Where the core works. Regions are of fixed sizes that all but freak functions fit; a function that does not is refused, and
 * JavaScript takes it.
 */

/** Control frames, or an injection's labels, of 32 bytes each. */
export const FRAMES: usize = 0x0001_0000;
export const FRAMES_END: usize = 0x0009_0000;
/** Value type per listed local, a byte each. */
export const LOCAL_TYPES: usize = 0x0009_0000;
export const LOCAL_TYPES_END: usize = 0x000a_0000;
/** Runs of locals that are not listed: value type, and index behind the last one. */
export const RUNS: usize = 0x000a_0000;
export const RUNS_END: usize = 0x000b_0000;
/** Per local the topmost operand that names it, a word each. */
export const TOPMOST: usize = 0x000b_0000;
/** Labels of 32 bytes each, and register files of locals, a byte each: a body may be validated and translated at once. */
export const LABELS: usize = 0x000f_0000;
export const LABELS_END: usize = 0x0017_0000;
export const LOCAL_FILES: usize = 0x0017_0000;
export const LOCAL_FILES_END: usize = 0x0018_0000;
/** Behind the scratch space: descriptions of modules, and the body at work with its operands and its code, laid out by the JavaScript side. */
export const HEAP: usize = 0x0018_0000;
