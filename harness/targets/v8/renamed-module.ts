/**
 * A module whose bytes can be made different from all before without changing what they mean. V8 keeps compiled modules by
 * their bytes and would hand out the old code again; a custom section at the end, with a number in it, keeps it from doing so.
 */
export class RenamedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly number: DataView;
  private count = 0;

  constructor(module: Uint8Array) {
    const section = [0, 1 + NAME.length + 4, NAME.length, ...NAME, 0, 0, 0, 0];
    this.bytes = new Uint8Array(module.length + section.length);
    this.bytes.set(module);
    this.bytes.set(section, module.length);
    this.number = new DataView(this.bytes.buffer, this.bytes.length - 4);
  }

  /** The bytes, unlike those of every earlier call. */
  next(): Uint8Array<ArrayBuffer> {
    this.number.setUint32(0, ++this.count);
    return this.bytes;
  }
}

const NAME = [...new TextEncoder().encode('unlike')];
