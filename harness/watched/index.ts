// What a monitor sees of the machine that a profile was made on: what it takes later is held against that.
export { watchCorpus } from './watch-corpus.js';
export { profileAsWatched } from './profile-as-watched.js';
