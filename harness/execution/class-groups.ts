import type { ExecutionClass } from '@wasm-dyno/engine';

/** Classes that are expected to take alike: what measuring does not tell apart costs what its group does. */
export interface ClassGroup {
  readonly classes: readonly ExecutionClass[];
  /** Whether its price is expected near that of the other plain ones, too. */
  readonly isPlain: boolean;
}

const PLAIN: readonly (readonly ExecutionClass[])[] = [
  ['global', 'select'],
  [
    ...(['i32-arithmetic', 'i64-arithmetic', 'i32-comparison', 'i64-comparison'] as const),
    ...(['i32-multiplication', 'i64-multiplication'] as const),
  ],
  [
    ...(['f32-arithmetic', 'f64-arithmetic', 'float-sign', 'float-comparison'] as const),
    ...(['conversion', 'reinterpretation'] as const),
  ],
  ['load-8', 'load-16', 'load-32', 'load-64'],
  ['store-8', 'store-16', 'store-32', 'store-64'],
  ['loop', 'branch', 'conditional-branch'],
];

const APART: readonly (readonly ExecutionClass[])[] = [
  ['constant', 'local-read', 'local-write'],
  ['i32-bit-count', 'i64-bit-count'],
  ['float-rounding', 'truncation'],
  ['i32-division', 'i64-division', 'f32-division', 'f64-division'],
  ['call', 'indirect-call'],
  ['vector-load', 'vector-store'],
  [
    ...(['vector-constant', 'vector-lane', 'vector-logic', 'vector-comparison', 'vector-integer'] as const),
    ...(['vector-multiplication', 'vector-float', 'vector-conversion'] as const),
  ],
];

/** Every class is in one group; those that are listed nowhere are each by themselves. */
export function classGroups(classes: readonly ExecutionClass[]): ClassGroup[] {
  const listed = [
    ...PLAIN.map((group) => ({ classes: group, isPlain: true })),
    ...APART.map((group) => ({ classes: group, isPlain: false })),
  ];
  const known = new Set(listed.flatMap((group) => group.classes));
  const single = classes.filter((name) => !known.has(name));
  return [...listed, ...single.map((name) => ({ classes: [name], isPlain: false }))]
    .map(({ classes: members, isPlain }) => ({
      classes: members.filter((name) => classes.includes(name)),
      isPlain,
    }))
    .filter(({ classes: members }) => members.length > 0);
}
