//! Arms that look the same for every engine: compiling a whole module, and calling an exported function.

use crate::target::{black_box_drop, Arm, Granularity, Invocation, LoadedModule, Timing};
use crate::{ProtocolError, Stopwatch};
use std::hint::black_box;
use std::rc::Rc;

/// From a module's bytes to what the engine makes of them. What a call needs and what it makes stay outside the timed part.
pub struct CompileArm<P, C> {
    pub module: Rc<LoadedModule>,
    /// Told as the arm's `method`.
    pub method: &'static str,
    /// Makes what a call starts from: a fresh engine, where the engine keeps what it compiled.
    pub prepare: P,
    pub compile: C,
}

impl<S, M, P, C> Arm for CompileArm<P, C>
where
    P: FnMut() -> S,
    C: FnMut(&S, &[u8]) -> Result<M, ProtocolError>,
{
    fn bytes_per_call(&self) -> u64 {
        self.module.layout.body_bytes()
    }

    fn granularity(&self) -> Granularity {
        Granularity::Module
    }

    fn method(&self) -> Option<&'static str> {
        Some(self.method)
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let mut stopwatch = Stopwatch::new();
        for _ in 0..calls {
            let start = (self.prepare)();
            let made = stopwatch.lap(|| (self.compile)(&start, black_box(&self.module.bytes)));
            black_box_drop(made?);
        }
        Ok(Timing::of(&stopwatch))
    }
}

/// An exported function of a living instance, with its arguments.
pub trait Callee {
    /// Whether the engine meters; when not, the fuel methods are never called.
    fn consumes_fuel(&self) -> bool;
    fn set_fuel(&mut self, fuel: u64) -> Result<(), ProtocolError>;
    fn fuel_left(&self) -> Result<u64, ProtocolError>;
    /// Errors: [`ProtocolError::trap`].
    fn call(&mut self) -> Result<(), ProtocolError>;
    /// Of the last call, as the protocol writes values.
    fn results(&self) -> Vec<String>;
}

/// Errors: `bad-request` when a function takes another number of arguments than it is given.
pub fn check_argument_count(name: &str, takes: usize, given: usize) -> Result<(), ProtocolError> {
    if takes == given {
        return Ok(());
    }
    Err(ProtocolError::bad_request(format!("\"{name}\" takes {takes} arguments, not {given}")))
}

/// Runs `work` with all the fuel there is; tells what it took.
fn metered<C: Callee, T>(
    callee: &mut C,
    work: impl FnOnce(&mut C) -> Result<T, ProtocolError>,
) -> Result<(T, Option<u64>), ProtocolError> {
    if !callee.consumes_fuel() {
        return Ok((work(callee)?, None));
    }
    callee.set_fuel(u64::MAX)?;
    let outcome = work(callee)?;
    Ok((outcome, Some(u64::MAX - callee.fuel_left()?)))
}

/// One call, for `invoke`.
pub fn invoke(mut callee: impl Callee) -> Result<Invocation, ProtocolError> {
    let ((), fuel) = metered(&mut callee, Callee::call)?;
    Ok(Invocation { results: callee.results(), fuel })
}

/// Calls on an instance of the arm's own.
pub struct ExecuteArm<C>(pub C);

impl<C: Callee> Arm for ExecuteArm<C> {
    fn bytes_per_call(&self) -> u64 {
        0
    }

    fn granularity(&self) -> Granularity {
        Granularity::Function
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let (mut timing, fuel) = metered(&mut self.0, |callee| {
            let mut stopwatch = Stopwatch::new();
            stopwatch.lap(|| (0..calls).try_for_each(|_| callee.call()))?;
            Ok(Timing::of(&stopwatch))
        })?;
        timing.fuel = fuel;
        Ok(timing)
    }
}
