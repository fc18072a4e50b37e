/** Classes of functions by body bytes, as rows name them; `all` is the whole corpus, weighted by its bytes. */
export const SIZE_CLASS_NAMES = [
  '1-63',
  '64-255',
  '256-1023',
  '1024-4095',
  '4096-16383',
  '16384-65535',
  '65536+',
  'all',
] as const;

export type SizeClassName = (typeof SIZE_CLASS_NAMES)[number];
