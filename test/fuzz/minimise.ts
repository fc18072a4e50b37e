import binaryen from 'binaryen';
import { unsigned } from '../encoded-integers.js';
import {
  concatenate,
  readCode,
  Reader,
  readModule,
  Section,
  sectionContent,
  setSection,
  writeCode,
  writeModule,
  type FunctionCode,
} from './module-binary.js';

/** What may stand in the place of a run of operators: nothing, drops, constants of every type, a trap. */
const REPLACEMENTS: readonly (readonly number[][])[] = [
  [],
  [[0x1a]],
  [[0x41, 0]],
  [[0x42, 0]],
  [[0x43, 0, 0, 0, 0]],
  [[0x44, 0, 0, 0, 0, 0, 0, 0, 0]],
  [[0xfd, 0x0c, ...new Array<number>(16).fill(0)]],
  [[0x1a], [0x1a]],
  [[0x1a], [0x41, 0]],
  [[0x1a], [0x42, 0]],
  [[0x1a], [0x1a], [0x41, 0]],
  [[0xd0, 0x70]],
  [[0xd0, 0x6f]],
  [[0x00]],
];

/**
 * Makes a module smaller for as long as `isInteresting` holds of it: takes away exports, sections, bodies and operators.
 * Candidates need not be valid. A module whose sections cannot be read stays as it is. Stops after `milliseconds`.
 */
export function minimise(
  bytes: Uint8Array,
  isInteresting: (candidate: Uint8Array) => boolean,
  milliseconds: number,
): Uint8Array {
  const end = Date.now() + milliseconds;
  const reduction = new Reduction(bytes, isInteresting, () => Date.now() > end);
  try {
    let before: number;
    do {
      before = reduction.best.length;
      reduction.dropExports();
      reduction.dropSections();
      reduction.emptyBodies();
      reduction.dropOperators();
      reduction.dropUnused();
    } while (reduction.best.length < before && !reduction.isOver());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return reduction.best;
}

class Reduction {
  constructor(
    public best: Uint8Array,
    private readonly isInteresting: (candidate: Uint8Array) => boolean,
    readonly isOver: () => boolean,
  ) {}

  private accept(candidate: Uint8Array): boolean {
    if (candidate.length > this.best.length || this.isOver()) return false;
    if (!this.isInteresting(candidate)) return false;
    this.best = candidate;
    return true;
  }

  dropExports(): void {
    for (let at = 0; ;) {
      const module = readModule(this.best);
      const content = sectionContent(module, Section.Export);
      if (content === undefined) return;
      const items = exportItems(content);
      if (at >= items.length) return;
      items.splice(at, 1);
      setSection(module, Section.Export, concatenate([Uint8Array.from(unsigned(items.length)), ...items]));
      if (!this.accept(writeModule(module))) at++;
    }
  }

  dropSections(): void {
    for (const ids of [
      [Section.Custom],
      [Section.Start],
      [Section.Data, Section.DataCount],
      [Section.Element],
      [Section.Global],
    ]) {
      const module = readModule(this.best);
      const kept = module.sections.filter(({ id }) => !ids.includes(id));
      if (kept.length < module.sections.length) this.accept(writeModule({ sections: kept }));
    }
  }

  emptyBodies(): void {
    const count = this.functions().length;
    for (let index = 0; index < count; index++) {
      this.tryFunction(index, ({ operators, locals }) => ({
        locals,
        operators: [Uint8Array.of(0x00), operators.at(-1)!],
      }));
    }
  }

  private functions(): FunctionCode[] {
    const content = sectionContent(readModule(this.best), Section.Code);
    return content === undefined ? [] : readCode(content);
  }

  private tryFunction(index: number, change: (code: FunctionCode) => FunctionCode): boolean {
    const functions = this.functions();
    functions[index] = change(functions[index]!);
    const module = readModule(this.best);
    setSection(module, Section.Code, writeCode(functions));
    return this.accept(writeModule(module));
  }

  /** Runs of operators, long ones first, replaced by shorter code; then pairs of a block and its end taken away. */
  dropOperators(): void {
    const count = this.functions().length;
    for (let index = 0; index < count; index++) {
      for (let length = this.operatorCount(index) >> 1; length >= 1 && !this.isOver(); length = length >> 1) {
        for (let at = this.operatorCount(index) - 1 - length; at >= 0 && !this.isOver(); at--) {
          this.replaceRun(index, at, length);
        }
      }
      for (let at = this.operatorCount(index) - 2; at >= 0 && !this.isOver(); at--) this.unwrap(index, at);
    }
  }

  private operatorCount(index: number): number {
    return this.functions()[index]!.operators.length;
  }

  private replaceRun(index: number, at: number, length: number): void {
    for (const replacement of REPLACEMENTS) {
      if (replacement.length > length) continue;
      const { operators } = this.functions()[index]!;
      const replaced = operators.slice(at, at + length);
      if (
        replacement.length === length &&
        replacement.every((bytes, i) => bytes.length >= replaced[i]!.length)
      )
        continue;
      const done = this.tryFunction(index, ({ locals }) => ({
        locals,
        operators: [
          ...operators.slice(0, at),
          ...replacement.map((bytes) => Uint8Array.from(bytes)),
          ...operators.slice(at + length),
        ],
      }));
      if (done) return;
    }
  }

  private unwrap(index: number, at: number): void {
    const { operators } = this.functions()[index]!;
    const opcode = operators[at]?.[0];
    if (opcode === undefined || opcode < 0x02 || opcode > 0x04) return;
    let nesting = 0;
    for (let end = at + 1; end < operators.length; end++) {
      const inner = operators[end]![0]!;
      if (inner >= 0x02 && inner <= 0x04) nesting++;
      else if (inner === 0x0b && nesting-- === 0) {
        this.tryFunction(index, ({ locals }) => ({
          locals,
          operators: operators.filter((_, position) => position !== at && position !== end),
        }));
        return;
      }
    }
  }

  /** Functions, types, tables that nothing refers to any more. binaryen may restructure code: only kept if it still shows. */
  dropUnused(): void {
    try {
      const module = binaryen.readBinary(this.best);
      module.runPasses(['remove-unused-module-elements', 'remove-unused-types']);
      this.accept(module.emitBinary());
      module.dispose();
    } catch {
      // binaryen does not read every valid module: the others stay as they are
    }
  }
}

function exportItems(content: Uint8Array): Uint8Array[] {
  const reader = new Reader(content);
  return Array.from({ length: reader.unsigned() }, () => {
    const start = reader.offset;
    reader.take(reader.unsigned());
    reader.byte();
    reader.unsigned();
    return content.subarray(start, reader.offset);
  });
}
