import { DEFAULT_EXECUTION_COSTS } from '../fuel/execution-costs.js';
import type { Func } from '../runtime/func.js';
import type { Instance } from '../runtime/instance.js';
import { BlockField, RECORD_SHIFT, RecordField } from './loop-layout.js';
import { LOOP_HEAP, LOOP_WORDS, isLoopCode } from './loop-memory.js';
import { loopOver } from './loop.js';
import { TableMirror } from './table-mirror.js';

const TYPE_ID = RecordField.TypeId / 4;
const FRAME_COST = RecordField.FrameCost / 4;

/** What the loop in WebAssembly knows of an instance: a block of its memory, see `loop-layout.ts`. */
export class InstanceLoop {
  private constructor(
    private readonly instance: Instance,
    /** Address of the block. */
    readonly address: number,
    /** Runs the frame that the control words tell of. */
    readonly run: () => void,
  ) {
    const { functions, globalSlots, tables } = instance;
    const functionsEnd = address + BlockField.Records + (functions.length << RECORD_SHIFT);
    const globalsAt = functionsEnd;
    const tablesAt = globalsAt + 4 * globalSlots.length;
    LOOP_WORDS.fill(0, address / 4, tablesAt / 4 + tables.length);
    LOOP_WORDS[(address + BlockField.FunctionsEnd) / 4] = functionsEnd;
    LOOP_WORDS[(address + BlockField.Globals) / 4] = globalsAt;
    LOOP_WORDS[(address + BlockField.Tables) / 4] = tablesAt;
    LOOP_WORDS.set(globalSlots, globalsAt / 4);
    const {
      bytesPerFuel,
      consumeFuel,
      execution = DEFAULT_EXECUTION_COSTS,
    } = instance.module.engine.metering;
    LOOP_WORDS[(address + BlockField.BytesPerFuel) / 4] = bytesPerFuel;
    LOOP_WORDS[(address + BlockField.BulkBytesFuel) / 4] = consumeFuel ? execution.bulkBytes : 0;
  }

  /** Undefined where the host has no room for it, or its memory 0 is none that the loop takes. */
  static make(instance: Instance): InstanceLoop | undefined {
    const { functions, globalSlots, memories, tables } = instance;
    const guest = memories.length === 0 ? undefined : memories[0]!.hostMemory();
    if (memories.length > 0 && guest === undefined) return undefined;
    const run = loopOver(guest);
    if (run === undefined) return undefined;
    const bytes =
      BlockField.Records + (functions.length << RECORD_SHIFT) + 4 * globalSlots.length + 4 * tables.length;
    const extent = LOOP_HEAP.take(bytes);
    if (extent === undefined) return undefined;
    const loop = new InstanceLoop(instance, extent.address, run);
    LOOP_HEAP.holdBy(loop, extent);
    return loop;
  }

  /** Lets the loop enter a function of the instance that is ready; false if its code is elsewhere. */
  admit(func: Func): boolean {
    if (!isLoopCode(func.code) || this.instance.functions[func.index] !== func) return false;
    const record = this.address + BlockField.Records + (func.index << RECORD_SHIFT);
    const at = record / 4;
    LOOP_WORDS[at] = 4 * func.entry;
    LOOP_WORDS[at + FRAME_COST] = func.frameCost;
    LOOP_WORDS[at + TYPE_ID] = func.type.id;
    func.record = record;
    return true;
  }

  /** The function of a record. */
  functionOf(record: number): Func {
    return this.instance.functions[(record - this.address - BlockField.Records) >> RECORD_SHIFT]!;
  }

  /** Tells of the table at an index: the address of its descriptor. */
  setTable(index: number, descriptor: number): void {
    const tablesAt = LOOP_WORDS[(this.address + BlockField.Tables) / 4]!;
    LOOP_WORDS[tablesAt / 4 + index] = descriptor;
  }
}

/** Tells the loop that an element of the instance's table is a function that it can enter. */
export function noteElement(instance: Instance, tableIndex: number, index: number, callee: Func): void {
  const loop = instance.loop as InstanceLoop | null | undefined;
  const table = instance.tables[tableIndex]!;
  // Tables of larger indices are left to the way around.
  if (loop === null || loop === undefined || table.wide || callee.instance !== instance) return;
  table.mirror ??= TableMirror.make(table);
  if (table.mirror === undefined) return;
  table.mirror.note(index >>> 0, callee);
  loop.setTable(tableIndex, table.mirror.descriptor);
}
