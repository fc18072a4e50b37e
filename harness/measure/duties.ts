/** What must be undone however a run ends: what was taken last is given back first. */
export class Duties {
  private readonly duties: (() => void)[] = [];

  add(duty: () => void): void {
    this.duties.push(duty);
  }

  /** Does all of them, though one fails. @throws what the first of them that failed did */
  end(): void {
    const failures: unknown[] = [];
    for (const duty of this.duties.splice(0).reverse()) {
      try {
        duty();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
