/** Classes of functions by body bytes; `all` is the whole corpus, weighted by its bytes. */
export const FUNCTION_SIZE_CLASSES = [
  '1-63',
  '64-255',
  '256-1023',
  '1024-4095',
  '4096-16383',
  '16384-65535',
  '65536+',
  'all',
] as const;

export type FunctionSizeClass = (typeof FUNCTION_SIZE_CLASSES)[number];

/** The class of a function with `bodyBytes` body bytes: each class spans a factor of four, from 64 bytes up. */
export function functionSizeClass(bodyBytes: number): FunctionSizeClass {
  if (bodyBytes < 64) return '1-63';
  if (bodyBytes < 256) return '64-255';
  if (bodyBytes < 1024) return '256-1023';
  if (bodyBytes < 4096) return '1024-4095';
  if (bodyBytes < 16384) return '4096-16383';
  if (bodyBytes < 65536) return '16384-65535';
  return '65536+';
}
