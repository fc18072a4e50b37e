import { Operator } from '../../binary/operator.js';
import type { ParsedModule } from '../../binary/parsed-module.js';
import { WANTED_HELPER, type InjectionPlan } from '../../core/core.js';
import { coreInjects } from '../../core/front-end.js';
import type { InjectionLayout } from './injection-layout.js';
import type { MeteredHelpers } from './metered-helpers.js';

/** Helpers as the core numbers them: `Helper` in `engine/core/assembly/inject/injection-layout.ts`. */
const HELPERS: readonly ((helpers: MeteredHelpers) => number)[] = [
  (helpers) => helpers.refuseBlock(),
  (helpers) => helpers.refuseFrame(),
  (helpers) => helpers.charge(),
  (helpers) => helpers.memoryGrow(0),
  (helpers) => helpers.memoryFill(0),
  (helpers) => helpers.memoryCopy(0, 0),
  ...[
    Operator.I32TruncF32S,
    Operator.I32TruncF32U,
    Operator.I32TruncF64S,
    Operator.I32TruncF64U,
    Operator.I64TruncF32S,
    Operator.I64TruncF32U,
    Operator.I64TruncF64S,
    Operator.I64TruncF64U,
  ].map((operator) => (helpers: MeteredHelpers) => helpers.truncation(operator)),
  (helpers) => helpers.chargeOrWait(),
];

const FIRST_HELPER = WANTED_HELPER + 1;
const NONE = -1;

/** Has the core inject a module's bodies. Helpers are made in the order in which the JavaScript injector would make them. */
export class CoreInjector implements InjectionPlan {
  readonly words: Int32Array;

  constructor(
    private readonly module: ParsedModule,
    private readonly layout: InjectionLayout,
  ) {
    this.words = Int32Array.from([
      ...[layout.importedGlobalCount, layout.addedGlobalCount, layout.fuelGlobal],
      ...[layout.calledTableGlobal, layout.calledElementGlobal, layout.calledWideElementGlobal],
      ...[layout.tableTagGlobal, layout.stackGlobal, layout.firstPaidGlobal],
      ...[(layout.chargeExecution ? 1 : 0) | (layout.resumable ? 2 : 0), layout.bytesPerFuel, NONE],
      ...HELPERS.map(() => NONE),
    ]);
  }

  get operatorCosts(): Int32Array {
    return this.layout.execution.operators;
  }

  makeHelper(helper: number): void {
    this.words[FIRST_HELPER + helper] = HELPERS[helper]!(this.layout.helpers);
  }

  /** The body of the defined function, its size first, for now; undefined where JavaScript must make it. */
  inject(definedIndex: number, compilationFuel: bigint): Uint8Array | undefined {
    const { module } = this;
    return coreInjects(module, module.importedFunctionCount + definedIndex, this, compilationFuel);
  }
}
