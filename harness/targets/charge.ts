/** The method `charge`: what the engine charges for compiling single functions at their first call. */
export interface ChargeParams {
  readonly module: string;
  /** As in `load`. */
  readonly mode: string;
  /** All when absent. */
  readonly functions?: readonly number[];
}

export interface ChargeResult {
  readonly charges: readonly FunctionCharge[];
}

export interface FunctionCharge {
  readonly index: number;
  readonly bodyBytes: number;
  /** As a decimal integer; running the function is not part of it. */
  readonly fuel: string;
}

declare module './protocol.js' {
  interface Methods {
    charge: { params: ChargeParams; result: ChargeResult };
  }
  interface Description {
    /** True when the target knows the method `charge`. */
    readonly charges?: boolean;
  }
  interface ArmResult {
    /** How the engine is made to do this phase alone, for the record. */
    readonly method?: string;
  }
}
