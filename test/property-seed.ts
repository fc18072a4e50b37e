import fc from 'fast-check';

/** Property tests meet the same inputs at every run, so that a change is refused for what it does alone. Others by PROPERTY_SEED. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
