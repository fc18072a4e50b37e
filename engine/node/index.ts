// What the engine needs of Node: a hardware profile from a file, checked against this machine.
export {
  PROFILE_VARIABLE,
  loadProfile,
  readProfile,
  type LoadProfileOptions,
  type LoadedProfile,
} from './load-profile.js';
export { DIAGNOSTICS_CHANNELS, publishDiagnostics } from './diagnostics.js';
export { SIGNATURE_EXTENSION } from './profile-candidates.js';
export { machineIdentity } from './machine-identity.js';
export { verifyProfileNow } from './verify-profile.js';
