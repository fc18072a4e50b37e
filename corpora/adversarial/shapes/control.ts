import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { intensityRange, type BodyShape } from '../shape.js';

const BOTH = ['validate', 'translate'] as const;

/** Control that is dense, deep or wide. */
export const CONTROL_SHAPES: readonly BodyShape[] = [
  {
    kind: 'body',
    name: 'nesting',
    about: 'blocks within blocks, and nothing else',
    phases: BOTH,
    intensity: intensityRange('depth', 1, 400),
    prepare: () => ({
      write: ({ body, intensity }) => {
        const open = (left: number): void => {
          if (left > 0) body.block('empty', () => open(left - 1));
        };
        open(intensity);
      },
    }),
  },
  {
    kind: 'body',
    name: 'branches-out',
    about: 'conditional branches out of nested blocks, to each in turn',
    phases: BOTH,
    intensity: intensityRange('depth', 1, 120),
    prepare: () => ({
      write: ({ body, intensity, words }) => {
        const open = (left: number): void => {
          if (left > 0) body.block('empty', () => open(left - 1));
          else for (let depth = 0; depth < intensity; depth++) body.localGet(words[depth % 4]!).brIf(depth);
        };
        open(intensity);
      },
    }),
  },
  {
    kind: 'body',
    name: 'empty-ifs',
    about: 'ifs with two empty arms',
    phases: BOTH,
    intensity: intensityRange('ifs of a statement', 1, 64),
    prepare: () => ({
      write: ({ body, intensity, words }) => {
        for (let number = 0; number < intensity; number++)
          body.localGet(words[0]!).if(
            'empty',
            () => undefined,
            () => undefined,
          );
      },
    }),
  },
  {
    kind: 'body',
    name: 'loops',
    about: 'empty loops, each a basic block of its own',
    phases: BOTH,
    intensity: intensityRange('loops of a statement', 1, 64),
    prepare: () => ({
      write: ({ body, intensity }) => {
        for (let number = 0; number < intensity; number++) body.loop('empty', () => undefined);
      },
    }),
  },
  {
    kind: 'body',
    name: 'branch-tables',
    about: 'br_table to labels of nested blocks, shuffled',
    phases: BOTH,
    intensity: intensityRange('targets', 1, 2000),
    prepare: () => ({
      write: ({ body, intensity, random, words }) => {
        const depth = Math.min(100, intensity);
        const open = (left: number): void => {
          body.block('empty', () => {
            if (left > 1) open(left - 1);
            else
              body
                .localGet(words[0]!)
                .brTable(
                  random.shuffled(Array.from({ length: intensity }, (_, target) => target % depth)),
                  0,
                );
          });
        };
        open(depth);
      },
    }),
  },
  {
    kind: 'body',
    name: 'results-at-joins',
    about: 'ifs that leave a value, folded into one another',
    phases: BOTH,
    intensity: intensityRange('depth', 1, 200),
    prepare: () => ({
      write: ({ body, intensity, words }) => {
        const fold = (left: number): void => {
          body.localGet(words[left % 4]!);
          if (left > 0)
            body.if(
              { result: ValueType.I32 },
              () => fold(left - 1),
              () => body.i32Const(left),
            );
        };
        fold(intensity);
        body.operator(Operator.Drop);
      },
    }),
  },
  {
    kind: 'body',
    name: 'dead-operators',
    about: 'operators where control does not come, on operands of any type',
    phases: BOTH,
    intensity: intensityRange('operators of a statement', 1, 500),
    prepare: () => ({
      write: ({ body, intensity, random }) => {
        body.block('empty', () => {
          body.operator(Operator.Unreachable);
          for (let number = 0; number < intensity; number++)
            body.operator(random.pick([Operator.I32Add, Operator.Select, Operator.I32Eqz, Operator.Drop]));
          body.operator(Operator.Unreachable);
        });
      },
    }),
  },
  {
    kind: 'body',
    name: 'locals-at-joins',
    about: 'many declared locals, set between many joins',
    phases: BOTH,
    intensity: intensityRange('declared locals', 1, 40_000),
    prepare: (_, intensity) => ({
      declare: (body) => {
        for (let number = 0; number < intensity; number++) body.local(ValueType.I32);
      },
      write: ({ body, intensity: count, random, words }) => {
        for (let number = 0; number < 8; number++) {
          body.localGet(words[0]!).if('empty', () => {
            body.i32Const(number).localSet(random.integer(0, count - 1));
          });
        }
      },
    }),
  },
];
