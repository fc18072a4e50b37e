// Whether the intervals hold: on simulated data, and on the machine at hand through any target.
export {
  CLOSURE_TOLERANCE,
  KNOWN_ANSWER_TOLERANCE,
  SELF_EXPERIMENTS,
  checkAgainstItself,
  checkClosure,
  checkCoverage,
  checkKnownAnswer,
  type CheckOptions,
} from './checks.js';
export { DEFAULT_ARM_RATIO, type ArmRatioOptions } from './arm-ratio.js';
export { speaksForMachine, verificationRecord } from './verification-record.js';
export type {
  VerificationArm,
  VerificationBlock,
  VerificationProcess,
  VerificationTarget,
} from './verification-target.js';
