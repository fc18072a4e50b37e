import { type HostGlobal, hostWebAssembly } from '../host/web-assembly.js';

const FUNCTIONS_PER_GLOBAL = 32;

/** Which of a module's functions have been paid for: bitmaps in globals that its instances share. */
export class PaidFunctions {
  readonly globals: readonly HostGlobal[];
  private readonly known: Int32Array;

  /** None is paid. */
  constructor(globalCount: number) {
    const { Global } = hostWebAssembly();
    this.globals = Array.from({ length: globalCount }, () => new Global({ value: 'i32', mutable: true }, 0));
    this.known = new Int32Array(globalCount);
  }

  /** The defined functions (counted without imports) that were paid for since this was last asked, ascending. */
  takeNew(): number[] {
    const found: number[] = [];
    this.globals.forEach(({ value }, at) => {
      const word = value as number;
      for (let rest = word & ~this.known[at]!; rest !== 0; rest &= rest - 1)
        found.push(FUNCTIONS_PER_GLOBAL * at + 31 - Math.clz32(rest & -rest));
      this.known[at] = word;
    });
    return found;
  }
}
