//! What every runner written in Rust shares: the target protocol's loop, the clock, native memset, and enough of a
//! module reader to tell functions apart. An engine's runner implements [`Target`] and calls [`serve`].

mod block_watch;
mod clock;
mod engine_arms;
mod exposed_functions;
mod memory_hierarchy;
mod memset;
mod module_layout;
pub mod number_text;
mod parameters;
mod protocol_error;
mod serve;
mod stretches;
mod target;

pub use clock::{clock_pair_nanoseconds, clock_resolution_nanoseconds, Stopwatch};
pub use engine_arms::{check_argument_count, invoke, Callee, CompileArm, ExecuteArm};
pub use exposed_functions::{exposed_functions, exposed_name};
pub use memset::kernels as memset_kernels;
pub use module_layout::{FunctionBody, ModuleLayout};
pub use parameters::Parameters;
pub use protocol_error::ProtocolError;
pub use serve::serve;
pub use stretches::{stretches_to, GroupedFunctions};
pub use target::{
    black_box_drop, Arm, ArmPart, Charge, Granularity, Invocation, LoadedModule, PhaseRequest, Target, Timing,
};
