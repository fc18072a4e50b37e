import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import type { FunctionBuilder } from '../../generated/function-builder.js';
import type { ModuleBuilder } from '../../generated/module-builder.js';
import { intensityRange, type BodyShape, type Site } from '../shape.js';

const VALUES = intensityRange('values of the list', 1, 1000);
const BOTH = ['validate', 'translate'] as const;

const words = (count: number) => new Array<ValueType>(count).fill(ValueType.I32);

/** Functions that make and take as many values, and the types of structures that take or leave them. */
function listsOf(module: ModuleBuilder, count: number) {
  const stub = (body: FunctionBuilder) => body.operator(Operator.Unreachable);
  return {
    source: module.addFunction([], words(count), stub),
    sink: module.addFunction(words(count), [], stub),
    pass: module.addFunction(words(count), words(count), stub),
    both: module.type(words(count), words(count)),
    leaving: module.type([], words(count)),
  };
}

function listShape(
  name: string,
  about: string,
  write: (site: Site, lists: ReturnType<typeof listsOf>) => void,
): BodyShape {
  return {
    kind: 'body',
    name,
    about,
    phases: BOTH,
    intensity: VALUES,
    prepare: (module, intensity) => {
      const lists = listsOf(module, intensity);
      return { write: (site) => write(site, lists) };
    },
  };
}

/** Does something many times with the values on the stack. */
function withValues(
  { body, repetitions }: Site,
  { sink, source }: ReturnType<typeof listsOf>,
  step: (number: number) => void,
): void {
  body.call(source);
  for (let number = 0; number < repetitions; number++) step(number);
  body.call(sink);
}

/** Lists of values that few bytes name. */
export const LIST_SHAPES: readonly BodyShape[] = [
  listShape('block-parameters', 'blocks that take and leave a list of values', (site, lists) =>
    withValues(site, lists, () => site.body.block({ typeIndex: lists.both }, () => undefined)),
  ),
  listShape('loop-parameters', 'loops that take and leave a list of values', (site, lists) =>
    withValues(site, lists, () => site.body.loop({ typeIndex: lists.both }, () => undefined)),
  ),
  listShape('if-parameters', 'both arms of an if take and leave a list of values', (site, lists) =>
    withValues(site, lists, () => {
      site.body.localGet(site.words[0]!);
      site.body.if(
        { typeIndex: lists.both },
        () => undefined,
        () => undefined,
      );
    }),
  ),
  listShape(
    'branch-results',
    'conditional branches to a label that takes a list of values',
    (site, lists) => {
      const { body } = site;
      body.block({ typeIndex: lists.leaving }, () => {
        body.call(lists.source);
        for (let number = 0; number < site.repetitions; number++) body.localGet(site.words[0]!).brIf(0);
      });
      body.call(lists.sink);
    },
  ),
  listShape(
    'loop-branches',
    'conditional branches back to a loop that takes a list of values',
    (site, lists) => {
      const { body } = site;
      body.call(lists.source);
      body.loop({ typeIndex: lists.both }, () => {
        for (let number = 0; number < site.repetitions; number++) body.localGet(site.words[0]!).brIf(0);
      });
      body.call(lists.sink);
    },
  ),
  listShape(
    'table-of-labels',
    'br_table to labels of many frames, each of which takes a list of values',
    (site, lists) => {
      const { body, random } = site;
      const depth = Math.ceil(site.repetitions / 2);
      const open = (left: number): void => {
        body.block({ typeIndex: lists.leaving }, () => {
          if (left > 1) {
            open(left - 1);
            return;
          }
          body.call(lists.source).localGet(site.words[0]!);
          const labels = Array.from({ length: depth }, (_, label) => label);
          body.brTable(random.shuffled(labels), 0);
        });
      };
      open(depth);
      body.call(lists.sink);
    },
  ),
  listShape('call-lists', 'calls that take and leave a list of values', (site, lists) =>
    withValues(site, lists, () => site.body.call(lists.pass)),
  ),
  listShape(
    'dead-lists',
    'calls and blocks of lists of values where control does not come',
    (site, lists) => {
      const { body } = site;
      body.block('empty', () => {
        body.operator(Operator.Unreachable);
        for (let number = 0; number < site.repetitions; number++)
          body.call(lists.sink).call(lists.pass).call(lists.sink);
      });
    },
  ),
];
