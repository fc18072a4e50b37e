//! What an engine's runner supplies.

use crate::{ModuleLayout, ProtocolError, Stopwatch};
use serde_json::Value;
use std::rc::Rc;

/// An engine behind the protocol. The loop in [`crate::serve`] keeps modules and arms, and answers for memset.
pub trait Target {
    /// Whether a phase arm may take functions of several modules.
    fn combines_modules(&self) -> bool {
        false
    }

    /// The answer to `describe`, without `protocol`, `memset`, `clock` and `combinesModules`, which the loop adds.
    fn describe(&self) -> Value;

    /// Whether the engine takes the module; `mode` has to be one the engine knows.
    fn load(&mut self, module: &LoadedModule) -> Result<(), ProtocolError>;

    fn arm(&mut self, request: PhaseRequest) -> Result<Box<dyn Arm>, ProtocolError>;

    fn invoke(
        &mut self,
        module: &Rc<LoadedModule>,
        export: &str,
        arguments: &[String],
    ) -> Result<Invocation, ProtocolError>;

    /// The fuel charged for the first call of each listed function, running it excluded.
    fn charge(
        &mut self,
        _module: &Rc<LoadedModule>,
        _mode: &str,
        _functions: &[u32],
    ) -> Result<Vec<Charge>, ProtocolError> {
        Err(ProtocolError::unsupported("this engine charges nothing for compiling"))
    }
}

/// A module as `load` left it.
pub struct LoadedModule {
    pub name: String,
    pub bytes: Vec<u8>,
    pub layout: ModuleLayout,
    pub mode: Option<String>,
}

impl LoadedModule {
    /// The functions a request is about: those it lists, else all.
    pub fn selected(&self, functions: Option<&[u32]>) -> Vec<u32> {
        match functions {
            Some(listed) => listed.to_vec(),
            None => self.layout.bodies.iter().map(|body| body.index).collect(),
        }
    }

    pub fn body_bytes_of(&self, functions: &[u32]) -> u64 {
        functions.iter().filter_map(|&index| self.layout.body(index)).map(|body| body.bytes() as u64).sum()
    }
}

/// Functions of one module, all when `functions` is absent; every listed one is one the module defines.
pub struct ArmPart {
    pub module: Rc<LoadedModule>,
    pub functions: Option<Vec<u32>>,
}

impl ArmPart {
    pub fn indices(&self) -> Vec<u32> {
        self.module.selected(self.functions.as_deref())
    }
}

/// A phase arm asked for. There is at least one part, and more only for a target that says `combinesModules`.
pub struct PhaseRequest {
    pub phase: String,
    pub parts: Vec<ArmPart>,
    pub export: Option<String>,
    pub arguments: Vec<String>,
}

impl PhaseRequest {
    /// The function an execute arm calls. Errors: `bad-request` when none is named.
    pub fn export(&self) -> Result<&str, ProtocolError> {
        self.export.as_deref().ok_or_else(|| ProtocolError::bad_request("\"export\" is missing"))
    }

    /// The module of an arm that takes one whole module. Errors: `unsupported` when functions or more modules are named.
    pub fn whole_module(&self) -> Result<Rc<LoadedModule>, ProtocolError> {
        match &self.parts[..] {
            [ArmPart { module, functions: None }] => Ok(Rc::clone(module)),
            _ => Err(ProtocolError::unsupported(format!("{} is timed one whole module at a time", self.phase))),
        }
    }
}

/// Whether one call of an arm handles functions one by one or a module as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    Function,
    Module,
}

/// Something that can be called again and again, and timed.
pub trait Arm {
    /// Bytes one call handles: body bytes of its functions, or bytes filled.
    fn bytes_per_call(&self) -> u64;

    fn granularity(&self) -> Granularity;

    /// How the engine was made to do this phase alone, for the record of the run.
    fn method(&self) -> Option<&'static str> {
        None
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError>;

    /// One call, told by stretches: nanoseconds of its functions (of its modules, in parsing) up to the first of `stops`, from there up to
    /// the second, and so on. What the clock takes is taken off each. Errors: `bad-request` for stops that do not ascend or go too far.
    fn stretches(&mut self, _stops: &[usize]) -> Result<Vec<u64>, ProtocolError> {
        Err(ProtocolError::unsupported("this arm has no functions to stop after"))
    }
}

/// The time of one block.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// Nanoseconds of the calls alone: `overhead_nanoseconds` is already taken off.
    pub nanoseconds: u64,
    /// What was measured beside the calls and taken off.
    pub overhead_nanoseconds: u64,
    pub fuel: Option<u64>,
}

impl Timing {
    /// The laps of `stopwatch` without the clock's own share.
    pub fn of(stopwatch: &Stopwatch) -> Self {
        Self::with_overhead(stopwatch.nanoseconds(), stopwatch.clock_nanoseconds())
    }

    /// `whole` with `overhead` taken off; never under zero, which noise could make of a difference.
    pub fn with_overhead(whole: u64, overhead: u64) -> Self {
        Self { nanoseconds: whole.saturating_sub(overhead), overhead_nanoseconds: overhead, fuel: None }
    }
}

/// What an exported function gave back, as text.
pub struct Invocation {
    pub results: Vec<String>,
    pub fuel: Option<u64>,
}

/// Fuel charged for compiling one function on its first call.
pub struct Charge {
    pub index: u32,
    pub fuel: u64,
}

/// Drops what a timed part made, outside of it, and keeps the compiler from dropping it inside.
pub fn black_box_drop<T>(made: T) {
    drop(std::hint::black_box(made));
}
