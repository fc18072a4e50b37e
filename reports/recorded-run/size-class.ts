/** Classes of functions by body bytes, as rows name them (no spreadsheet takes these names for dates); `all` is the whole corpus, weighted by its bytes. */
export const SIZE_CLASS_NAMES = [
  '1..63B',
  '64..255B',
  '256..1023B',
  '1024..4095B',
  '4096..16383B',
  '16384..65535B',
  '65536B+',
  'all',
] as const;

export type SizeClassName = (typeof SIZE_CLASS_NAMES)[number];

/** What earlier versions called the classes. */
export const EARLIER_SIZE_CLASS_NAMES: Readonly<Record<string, SizeClassName>> = {
  '1-63': '1..63B',
  '64-255': '64..255B',
  '256-1023': '256..1023B',
  '1024-4095': '1024..4095B',
  '4096-16383': '4096..16383B',
  '16384-65535': '16384..65535B',
  '65536+': '65536B+',
};
