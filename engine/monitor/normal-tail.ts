/**
 * Beyond how many standard deviations a normal distribution has `part` of itself, on one side: from 0 to 0.5, within 0.0005.
 * Abramowitz, Stegun: Handbook of Mathematical Functions, 26.2.23.
 */
export function normalTail(part: number): number {
  const t = Math.sqrt(-2 * Math.log(part));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  return t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}
