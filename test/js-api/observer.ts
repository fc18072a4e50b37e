import type { WebAssemblyNamespace } from '@wasm-dyno/engine';

/** Writes down what a namespace does to the objects it is given, and what comes of each step. */
export class Observer {
  readonly transcript: string[] = [];
  private events: string[] = [];

  constructor(readonly WebAssembly: WebAssemblyNamespace) {}

  /** Notes an event of the step that is running. */
  note(event: string): void {
    this.events.push(event);
  }

  /** An object that notes its conversions, as `name`, to what they give. */
  value(name: string, converted: unknown): object {
    return {
      valueOf: () => (this.note(`valueOf ${name}`), converted),
      toString: () => (this.note(`toString ${name}`), String(converted)),
    };
  }

  /** The object, with everything that is asked of it noted. */
  watched<Watched extends object>(name: string, object: Watched): Watched {
    return new Proxy(object, {
      get: (target, key): unknown => (this.note(`get ${name}.${String(key)}`), Reflect.get(target, key)),
      has: (target, key) => (this.note(`has ${name}.${String(key)}`), Reflect.has(target, key)),
      ownKeys: (target) => (this.note(`ownKeys ${name}`), Reflect.ownKeys(target)),
      getPrototypeOf: (target) => (this.note(`prototype of ${name}`), Reflect.getPrototypeOf(target)),
      getOwnPropertyDescriptor: (target, key) => {
        this.note(`descriptor ${name}.${String(key)}`);
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
    });
  }

  /** An iterable of the values that notes each step. */
  iterable(values: readonly unknown[]): Iterable<unknown> {
    return {
      [Symbol.iterator]: () => {
        this.note('iterator');
        let index = 0;
        return {
          next: () => {
            this.note(`next ${index}`);
            return index < values.length ? { done: false, value: values[index++] } : { done: true, value: 0 };
          },
          return: () => (this.note('return'), { done: true, value: 0 }),
        };
      },
    };
  }

  step(label: string, step: () => unknown): void {
    this.events = [];
    let outcome: string;
    try {
      outcome = this.text(step());
    } catch (error) {
      outcome = `throws ${this.errorName(error)}`;
    }
    this.write(label, outcome);
  }

  /** A step that gives a promise; microtasks that run before it is settled are events too. */
  async later(label: string, step: () => Promise<unknown>): Promise<void> {
    this.events = [];
    let outcome: string;
    let returned = false;
    try {
      const promise = step();
      returned = true;
      this.note('returned');
      void Promise.resolve().then(() => this.note('microtask'));
      outcome = this.text(await promise);
    } catch (error) {
      outcome = `${returned ? 'rejects' : 'throws'} ${this.errorName(error)}`;
    }
    this.write(label, outcome);
  }

  private write(label: string, outcome: string): void {
    this.transcript.push(`${label} => ${outcome} | ${this.events.join(', ')}`);
  }

  private text(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map((one) => this.text(one)).join(' ')}]`;
    if (typeof value === 'object' && value !== null)
      return `${Object.prototype.toString.call(value)} ${JSON.stringify(Object.keys(value))}`;
    return typeof value === 'bigint' ? `${value}n` : String(value);
  }

  private errorName(error: unknown): string {
    for (const name of ['CompileError', 'LinkError', 'RuntimeError'] as const) {
      if (error instanceof this.WebAssembly[name]) return `WebAssembly.${name}`;
    }
    return error instanceof Error ? error.name : String(error);
  }
}
