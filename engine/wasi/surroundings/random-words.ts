/** A splitmix32 step: spreads a seed's bits over a word. */
function spread(seed: number): number {
  let word = (seed + 0x9e3779b9) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return word ^ (word >>> 15);
}

/** A stream of signed 32-bit words that its seed determines (sfc32 of PractRand, period above 2^32). */
export class RandomWords {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    this.a = spread(seed);
    this.b = spread(this.a);
    this.c = spread(this.b);
    for (let i = 0; i < 12; i++) this.next();
  }

  next(): number {
    const word = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + word) | 0;
    return word;
  }
}
