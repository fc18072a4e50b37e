// What fuel is worth: the compile charge, the three cost layers, and the hardware profile one of them comes from.
export {
  COMPILE_PHASES,
  DEFAULT_FUEL_COSTS,
  MAXIMUM_BYTES_PER_FUEL,
  MAXIMUM_CONSTANT_FUEL,
  MAXIMUM_MULTIPLIER,
  PARSED_ENTITIES,
  bulkFuel,
  compileFuel,
  multiplierThousandths,
  thousandthsFromConstant,
  thousandthsFromMultiplier,
  type CompilePhase,
  type FuelCostOptions,
  type FuelCosts,
  type OutsidePrice,
  type ParsedEntity,
  type PricedCount,
} from './fuel-costs.js';
export type { CostExplanation, CostLayer } from './cost-explanation.js';
export { INVALID_CALL_FUEL } from './schedule.js';
export {
  EXECUTION_CLASSES,
  MAXIMUM_OPERATOR_COST,
  MAXIMUM_SIZE_COST,
  executionCostBounds,
  type ExecutionClass,
  type ExecutionCostOptions,
  type ExecutionCosts,
} from './execution-costs.js';
export {
  PROFILE_EXECUTORS,
  chargedClasses,
  executionCostsOfProfile,
  executionFuelByRule,
  type ProfileClassCost,
  type ProfileExecution,
  type ProfileExecutor,
} from './profile-execution.js';
export { OPERATOR_CLASSES, SIZED_WORK, type OperatorClass, type SizedWork } from './operator-classes.js';
export {
  CHARGE_POLICIES,
  chargedModel,
  chargedPrice,
  DEFAULT_CHARGE_POLICY,
  MODEL_FOLDS,
  MODELLED_PHASES,
  type ChargedPrice,
  type ChargePolicy,
  type ProfileDomain,
  type ProfileModel,
  type ProfileModelPrice,
  type ProfileModels,
  type ProfilePhaseModels,
  type ProfileTrial,
} from './profile-models.js';
export {
  CostTable,
  entityCounts,
  formatCostExplanations,
  phasesNotConfigured,
  type CostLayers,
} from './cost-layers.js';
export {
  bindingFields,
  machineDifferences,
  machineId,
  type MachineDifference,
  type MachineIdentity,
} from './machine-identity.js';
export { COST_BEHAVIOUR } from './cost-behaviour.js';
export { MERGE_POLICIES, type AgreedProfile, type AgreedSpread, type MergePolicy } from './agreed-profile.js';
export { agreedProfileId } from './agreed-profile-id.js';
export { MATCH_RANKS, type ConsideredProfile, type MatchRank } from './considered-profile.js';
export { type MaximumAge } from './profile-age.js';
export {
  chooseProfile,
  choiceOf,
  DEFAULT_MINIMUM_RANK,
  formatProfileChoice,
  type ChoiceContext,
  type ProfileCandidate,
  type ProfileChoice,
} from './profile-match.js';
export {
  BUNDLE_KIND,
  BUNDLE_SCHEMA_VERSION,
  isBundle,
  MAXIMUM_BUNDLE_BYTES,
  profilesOfBundle,
  type ProfileBundle,
} from './profile-bundle.js';
export {
  PROFILE_KIND,
  PROFILE_PHASES,
  PROFILE_POLICIES,
  INSUFFICIENT_HALF_WIDTH,
  PRICED_ENTITIES,
  PROFILE_SCHEMA_VERSION,
  VERDICTS,
  profileShapeProblem,
  type HardwareProfile,
  type MultiplierRule,
  type ProfileBaseline,
  type ProfileBaselineSegment,
  type ProfileConstant,
  type ProfileCorpus,
  type ProfileCorpusInterval,
  type ProfileEstimate,
  type ProfileFirstFunctions,
  type ProfileWatched,
  type ProfileWatching,
  type ProfileLeaveOneOut,
  type ProfileMachine,
  type ProfilePhase,
  type ProfilePolicy,
  type ProfilePolicyName,
  type ProfilePrice,
  type ProfileRatio,
  type ProfileSizeClassRatio,
  type ProfileUnit,
  type Verdict,
} from './hardware-profile.js';
export {
  MAXIMUM_PROFILE_BYTES,
  ProfileError,
  checkProfile,
  parseProfile,
  jsonOfProfile,
  profileProblems,
  profileSource,
  tooLong,
  type CheckedProfile,
  type ProfileCheck,
  type ProfileContext,
  type ProfileProblem,
} from './profile-check.js';
export { constantByRule, constantThousandthsOf, multiplierByRule, unitDefinition } from './profile-prices.js';
export { moduleEntities, type ModuleEntities } from '../binary/module-entities.js';
