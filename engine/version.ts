/** What the embedded engine is called in profiles, recorded runs and the target protocol. */
export const ENGINE_NAME = 'embedded';

/** The engine's version: that of the package (a test holds them together). A profile binds to it. */
export const ENGINE_VERSION = '0.1.0';
