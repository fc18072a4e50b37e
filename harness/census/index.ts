// A census: every function of some modules timed by itself, with what its body is made of.
export { CensusError, type Census, type CensusBody, type CensusPhase } from './census.js';
export { readCensus, readCensuses, writeCensuses } from './census-files.js';
export { closureByClass, closureText, type ClassClosure } from './closure.js';
export { countedModules } from './counted-modules.js';
export { takeCensus } from './take-census.js';
