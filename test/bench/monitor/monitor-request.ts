export interface MonitorRequest {
  /** Of the order of blocks. */
  readonly seed: number;
  /** Groups of blocks, one of each listener in random order. */
  readonly groups: number;
}

/**
 * Who is told: nobody, twice, so that the noise is seen; nobody, without being asked whether there is anybody; a monitor, of one
 * function in sixteen as ever or of all; a listener of events.
 */
export const LISTENERS = [
  'nobody',
  'nobody again',
  'nobody asked',
  'monitor',
  'monitor of every function',
  'listener',
] as const;
export type ListenerName = (typeof LISTENERS)[number];

/**
 * What is done in a block of a millisecond or two: compiling a module, at once or each function by itself as for a call, or calling a small
 * function of it often.
 */
export const WORKS = [
  'compiling eagerly',
  'compiling lazily',
  'calls (interpreter)',
  'calls (host)',
] as const;
export type WorkName = (typeof WORKS)[number];

/** Whom a block of that work is done beside: calls compile nothing. */
export function listenersOf(work: WorkName): readonly ListenerName[] {
  const compiles = work === 'compiling eagerly' || work === 'compiling lazily';
  return compiles ? LISTENERS : LISTENERS.filter((name) => name !== 'monitor of every function');
}

/** Processor time of each block, by listener, in the order of the groups; none where the work is not done beside it. */
export type BlockTimes = Readonly<Record<ListenerName, readonly number[]>>;

export interface MonitorAnswer {
  readonly seed: number;
  readonly cpuNanoseconds: Readonly<Record<WorkName, BlockTimes>>;
  /** Of each of the monitor's blocks, how many functions it timed. */
  readonly functionsTimed: Readonly<Record<WorkName, readonly number[]>>;
  /** Functions compiled, or calls made, in a block. */
  readonly unitsPerBlock: Readonly<Record<WorkName, number>>;
}
