// What the engine needs of Node: a hardware profile from a file, checked against this machine.
export {
  PROFILE_VARIABLE,
  loadProfile,
  readProfile,
  SIGNATURE_EXTENSION,
  type LoadProfileOptions,
  type LoadedProfile,
} from './load-profile.js';
export { DIAGNOSTICS_CHANNELS, publishDiagnostics } from './diagnostics.js';
export { machineIdentity } from './machine-identity.js';
export { verifyProfileNow } from './verify-profile.js';
