export interface MonitorRequest {
  /** Of the order of blocks. */
  readonly seed: number;
  /** Groups of blocks, one of each listener in random order. */
  readonly groups: number;
}

/**
 * Who is told: nobody, twice, so that the noise is seen; nobody, without being asked whether there is anybody; a monitor; a listener of
 * events.
 */
export const LISTENERS = ['nobody', 'nobody again', 'nobody asked', 'monitor', 'listener'] as const;
export type ListenerName = (typeof LISTENERS)[number];

/** What is done in a block: compiling a module at once, or calling a small function of it often. */
export const WORKS = ['compiling', 'calls (interpreter)', 'calls (host)'] as const;
export type WorkName = (typeof WORKS)[number];

/** Processor time of each block, by listener, in the order of the groups. */
export type BlockTimes = Readonly<Record<ListenerName, readonly number[]>>;

export interface MonitorAnswer {
  readonly seed: number;
  readonly cpuNanoseconds: Readonly<Record<WorkName, BlockTimes>>;
  /** Functions compiled, or calls made, in a block. */
  readonly unitsPerBlock: Readonly<Record<WorkName, number>>;
}
