//! One arm per phase. What a call makes is dropped outside the laps of the stopwatch.

use crate::instantiate::trap;
use crate::wasmtime_target::invalid_module;
use runner_protocol::{black_box_drop, Arm, Granularity, LoadedModule, ProtocolError, Stopwatch, Timing};
use std::hint::black_box;
use std::rc::Rc;
use wasmtime::{Engine, Func, Module, Store, Val};

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

/// `Module::new`: from bytes to executable machine code, on one thread, without a cache.
pub struct Compile {
    pub engine: Engine,
    pub module: Rc<LoadedModule>,
}

impl Arm for Compile {
    fn bytes_per_call(&self) -> u64 {
        self.module.layout.body_bytes()
    }

    fn granularity(&self) -> Granularity {
        Granularity::Module
    }

    fn method(&self) -> Option<&'static str> {
        Some("Module::new")
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let mut stopwatch = Stopwatch::new();
        for _ in 0..calls {
            let module = stopwatch.lap(|| Module::new(&self.engine, black_box(&self.module.bytes)));
            black_box_drop(module.map_err(invalid_module)?);
        }
        Ok(Timing::of(&stopwatch))
    }
}

/// Calls of one exported function on an instance of the arm's own.
pub struct Execute {
    pub store: Store<()>,
    pub func: Func,
    pub inputs: Vec<Val>,
    pub outputs: Vec<Val>,
    pub consumes_fuel: bool,
}

impl Arm for Execute {
    fn bytes_per_call(&self) -> u64 {
        0
    }

    fn granularity(&self) -> Granularity {
        Granularity::Function
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        if self.consumes_fuel {
            self.store.set_fuel(u64::MAX).map_err(ProtocolError::internal)?;
        }
        let mut stopwatch = Stopwatch::new();
        stopwatch
            .lap(|| (0..calls).try_for_each(|_| self.func.call(&mut self.store, &self.inputs, &mut self.outputs)))
            .map_err(trap)?;
        let mut timing = Timing::of(&stopwatch);
        if self.consumes_fuel {
            timing.fuel = Some(u64::MAX - self.store.get_fuel().map_err(ProtocolError::internal)?);
        }
        Ok(timing)
    }
}
