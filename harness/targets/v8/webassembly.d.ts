// What this target uses of the host's WebAssembly beyond what the embedded target does.
declare namespace WebAssembly {
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  class Table {
    constructor(descriptor: { element: string; initial: number; maximum?: number });
  }
  class Global {
    constructor(descriptor: { value: string; mutable: boolean }, value?: unknown);
  }
}
