/** The first time in a process, and the times after. Processor time of the whole process; of Wasmi, its own clock's. */
export interface ColdWarm {
  readonly coldNanoseconds: number;
  readonly warmNanoseconds: number;
}

/** What is measured, by the figures of one process each. */
export type ColdFigures = {
  /** Parse, validate and translate all functions, what sets the front end up included. */
  readonly compile: ColdWarm & { readonly bodyBytes: number; readonly warmBodiesNanoseconds: number };
  readonly inject: ColdWarm;
  /** V8's baseline compiler, all functions at once. */
  readonly liftoff: ColdWarm;
  /** Native Wasmi: parse, validate and translate all functions; or a call. */
  readonly wasmi: ColdWarm;
  /** A program's first call and later ones, and V8's time for it in the same process. */
  readonly execute: ColdWarm & { readonly referenceNanoseconds: number };
  readonly 'execute-unmetered': ColdWarm & { readonly referenceNanoseconds: number };
  /** A program of about 100 million fuel, run four times: per fuel, the first and the fourth. */
  readonly 'first-runs': ColdWarm;
  /** Importing the engine and running 1 KB, beyond an empty process. */
  readonly start: { readonly nanoseconds: number };
};
export type ColdKind = keyof ColdFigures;

/** One process's figures. */
export type ColdRecord = {
  [Kind in ColdKind]: {
    /** Major version of the Node; 0 for what runs without. */
    readonly node: number;
    readonly process: number;
    readonly kind: Kind;
    /** Of the module or program. */
    readonly name: string;
    readonly figures: ColdFigures[Kind];
  };
}[ColdKind];

/** Figures of one kind, in the order of processes. */
export function figuresOf<Kind extends ColdKind>(
  records: readonly ColdRecord[],
  node: number,
  kind: Kind,
  name?: string,
): ColdFigures[Kind][] {
  return records
    .filter(
      (record) =>
        record.node === node && record.kind === kind && (name === undefined || record.name === name),
    )
    .map(({ figures }) => figures as ColdFigures[Kind]);
}
