import { Errno } from '../call/constants.js';
import type { Descriptor } from './descriptor.js';
import { demand, WasiError } from '../call/errno.js';
import { OpenFolder } from './open-folder.js';

/** A program's open files by their numbers. */
export class DescriptorTable {
  private readonly open: (Descriptor | undefined)[];

  /** @param maximum descriptors open at one time */
  constructor(
    descriptors: readonly Descriptor[],
    private readonly maximum: number,
  ) {
    this.open = [...descriptors];
  }

  /** @throws WasiError `badf` */
  get(number: number): Descriptor {
    const descriptor = this.open[number];
    if (descriptor === undefined) throw new WasiError(Errno.BadF);
    return descriptor;
  }

  /** @throws WasiError `badf`, `notdir` */
  folder(number: number): OpenFolder {
    const descriptor = this.get(number);
    if (!(descriptor instanceof OpenFolder)) throw new WasiError(Errno.NotDir);
    return descriptor;
  }

  /** @throws WasiError `mfile` when there is no room for another */
  demandRoom(): void {
    demand(this.freeNumber() < this.maximum, Errno.MFile);
  }

  /** The lowest free number. */
  private freeNumber(): number {
    const hole = this.open.indexOf(undefined);
    return hole < 0 ? this.open.length : hole;
  }

  add(descriptor: Descriptor): number {
    const number = this.freeNumber();
    this.open[number] = descriptor;
    return number;
  }

  /** Frees the number and closes what it stood for. */
  close(number: number): void {
    const descriptor = this.get(number);
    this.open[number] = undefined;
    descriptor.close();
  }

  /** Gives one descriptor the number of another, which is closed. */
  renumber(from: number, to: number): void {
    const descriptor = this.get(from);
    const replaced = this.get(to);
    if (from === to) return;
    this.open[to] = descriptor;
    this.open[from] = undefined;
    replaced.close();
  }

  closeAll(): void {
    for (const descriptor of this.open.splice(0)) descriptor?.close();
  }
}
