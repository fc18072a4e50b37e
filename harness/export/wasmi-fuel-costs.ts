/** Wasmi's `CustomFuelCosts`: three unsigned 32-bit integers. */
export interface WasmiFuelCosts {
  readonly bytesCopiedPerFuel: number;
  readonly fuelPerBytesTranslated: number;
  readonly fuelPerBytesValidated: number;
}

/** What Wasmi charges unless told otherwise. */
export const WASMI_DEFAULT_COSTS: WasmiFuelCosts = {
  bytesCopiedPerFuel: 64,
  fuelPerBytesTranslated: 7,
  fuelPerBytesValidated: 2,
};
