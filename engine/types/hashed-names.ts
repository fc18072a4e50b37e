/** JavaScript engines hash longer names, in UTF-16 code units, by their lengths alone: to find one it is compared with all such. */
export const HASHED_NAME_UNITS = 16_383;
