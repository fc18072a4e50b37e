/** Longer lines are no answers. The longest that are list the functions of a large module. */
export const LONGEST_LINE = 64 * 1024 * 1024;

/** Puts pieces of text together to lines, each looked at once however many pieces it comes in. */
export class LineReader {
  private pieces: string[] = [];
  private length = 0;

  constructor(private readonly longest = LONGEST_LINE) {}

  /** Whether what came since the last end of line is longer than any answer. */
  get isTooLong(): boolean {
    return this.length > this.longest;
  }

  /** Takes a piece. @returns the lines that it ends, without their ends; blank ones are left out */
  take(text: string): string[] {
    const parts = text.split('\n');
    const rest = parts.pop()!;
    const lines: string[] = [];
    for (const part of parts) {
      lines.push(this.pieces.length === 0 ? part : `${this.pieces.join('')}${part}`);
      this.pieces = [];
      this.length = 0;
    }
    if (rest !== '' && !this.isTooLong) this.pieces.push(rest);
    this.length += rest.length;
    return lines.filter((line) => line.trim() !== '');
  }
}
