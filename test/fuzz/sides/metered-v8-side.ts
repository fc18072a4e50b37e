import { HostInstance, HostStore, type HostModule } from 'wasm-dyno/engine';
import type { PlannedCall } from './call-plan.js';
import type { HostValues } from './host-values.js';
import type { ModuleInterface } from './module-interface.js';
import { engineFailure, type Outcome } from './outcome.js';
import { V8Side, type Exports } from './v8-side.js';

/** The engine's host executor: V8 running the module with fuel accounting injected. */
export class MeteredV8Side extends V8Side {
  readonly store: HostStore;

  constructor(
    private readonly hostModule: HostModule,
    face: ModuleInterface,
    hostValues: HostValues,
    private readonly fuelPerCall: number,
  ) {
    super(hostModule.compiled, face, hostValues);
    this.store = new HostStore(fuelPerCall);
  }

  override call(call: PlannedCall): Outcome {
    this.store.fuel = this.fuelPerCall;
    return super.call(call);
  }

  protected override link(imports: Record<string, Record<string, unknown>>): Exports {
    const { exports } = HostInstance.instantiate(this.store, this.hostModule, imports);
    const byName = Object.create(null) as Record<string, unknown>;
    for (const [name, value] of exports) byName[name] = value;
    return byName;
  }

  protected override perform<Result>(step: () => Result): Result {
    return this.store.run(step);
  }

  protected override failure(error: unknown): Outcome {
    return engineFailure(error);
  }
}
