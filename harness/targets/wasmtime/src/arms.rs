//! Arms of this engine alone.

use crate::wasmtime_target::invalid_module;
use runner_protocol::{Arm, Granularity, LoadedModule, ProtocolError, Stopwatch, Timing};
use std::hint::black_box;
use std::rc::Rc;
use wasmtime::{Engine, Module};

/// `Module::validate`, which decodes the whole module and validates every body, on one thread.
pub struct Validate {
    pub engine: Engine,
    pub module: Rc<LoadedModule>,
}

impl Arm for Validate {
    fn bytes_per_call(&self) -> u64 {
        self.module.layout.body_bytes()
    }

    fn granularity(&self) -> Granularity {
        Granularity::Module
    }

    fn method(&self) -> Option<&'static str> {
        Some("Module::validate")
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let mut stopwatch = Stopwatch::new();
        stopwatch
            .lap(|| (0..calls).try_for_each(|_| Module::validate(&self.engine, black_box(&self.module.bytes))))
            .map_err(invalid_module)?;
        Ok(Timing::of(&stopwatch))
    }
}
