export interface MonitorRequest {
  readonly rounds: number;
}

/** Who is told of compiling: nobody, twice, so that the noise is seen; a monitor; a listener of events. */
export const LISTENERS = ['nobody', 'nobody again', 'monitor', 'listener'] as const;
export type ListenerName = (typeof LISTENERS)[number];

export interface MonitorAnswer {
  /** Per listener: processor time of compiling all of a module at once, by round. */
  readonly cpuNanoseconds: Readonly<Record<ListenerName, readonly number[]>>;
  readonly functions: number;
}
