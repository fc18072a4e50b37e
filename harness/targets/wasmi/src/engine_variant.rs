//! Fresh engines: Wasmi keeps compiled functions in the engine, so a phase timed twice needs two of them.

use runner_protocol::ProtocolError;
use wasmi::{CompilationMode, Config, Engine, Error, Module};

/// The modes by the names the protocol uses. `lazy-translation` is Wasmi's default.
pub const MODES: [&str; 3] = ["eager", "lazy-translation", "lazy"];
pub const DEFAULT_MODE: &str = "lazy-translation";

/// What `CustomFuelCosts` would have to be set to for the engine's own defaults.
pub const DEFAULT_BYTES_COPIED_PER_FUEL: u32 = 64;
pub const DEFAULT_FUEL_PER_BYTES_TRANSLATED: u32 = 7;
pub const DEFAULT_FUEL_PER_BYTES_VALIDATED: u32 = 2;

pub fn compilation_mode(name: &str) -> Result<CompilationMode, ProtocolError> {
    match name {
        "eager" => Ok(CompilationMode::Eager),
        "lazy-translation" => Ok(CompilationMode::LazyTranslation),
        "lazy" => Ok(CompilationMode::Lazy),
        _ => Err(ProtocolError::unsupported(format!("no mode \"{name}\"; there are {}", MODES.join(", ")))),
    }
}

/// Wasmi's default configuration but for the mode and whether fuel is consumed.
pub fn fresh_engine(mode: CompilationMode, consumes_fuel: bool) -> Engine {
    let mut config = Config::default();
    config.compilation_mode(mode);
    config.consume_fuel(consumes_fuel);
    Engine::new(&config)
}

/// Compiles a module that `load` has found valid, without validating it again.
pub fn new_unchecked(engine: &Engine, module: &[u8]) -> Result<Module, Error> {
    // SAFETY: `WasmiTarget::load` validated these bytes with the same features.
    unsafe { Module::new_unchecked(engine, module) }
}

/// A compile-time error as the protocol tells it.
pub fn invalid_module(error: Error) -> ProtocolError {
    match error.kind() {
        wasmi::errors::ErrorKind::Wasm(fault) => {
            ProtocolError::InvalidModule { message: fault.message().to_owned(), offset: Some(fault.offset() as u64) }
        }
        _ => ProtocolError::invalid_module(error),
    }
}
