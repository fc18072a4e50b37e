/** The measurement lacks what the export needs. */
export class MissingMeasurement extends Error {
  override readonly name = 'MissingMeasurement';
}
