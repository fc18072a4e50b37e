// One profile, or one file, out of those of many machines.
export { configMapText, isConfigMap } from './config-map.js';
export { bundleProfiles, type BundledProfiles } from './bundle-profiles.js';
export { mergeProfiles, type MergedProfile, type MergeOptions } from './merge-profiles.js';
export { MergeRefused } from './merge-refused.js';
export { profileFiles } from './profile-files.js';
