/** `1 memory`, `2 memories`, `1 byte of memory`: a number, as it is to be shown, of things, which are named as several. */
export function counted(count: number | string, things: string): string {
  const named =
    `${count}` === '1'
      ? things.replace(PLURAL, (_, ss?: string, ie?: string) => ss ?? (ie && 'y') ?? '')
      : things;
  return `${count} ${named}`;
}

/** The ending of the noun that is counted: of the last word, or of the one before "of". */
const PLURAL = /(?:(ss)e|(ie))?s(?= of |$)/;
