// A census: every function of the corpora timed by itself, with what its body is made of.
export {
  CENSUS_FILE,
  CensusError,
  CENSUS_PHASES,
  readCensus,
  type Census,
  type CensusPhase,
} from './census.js';
export { takeCensus } from './take-census.js';
