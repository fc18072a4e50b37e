/** The profile that a command is about. */
export const PROFILE = {
  type: 'string',
  demandOption: true,
  describe: 'A profile that calibrate wrote',
} as const;

/** The profiles of a fleet. */
export const PROFILES = {
  type: 'string',
  array: true,
  demandOption: true,
  describe: 'Profiles, run directories, and folders of either',
} as const;
