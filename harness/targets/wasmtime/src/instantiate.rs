//! Instances whose imports are stand-ins: functions that return zeros, and whatever is smallest of its type.

use runner_protocol::ProtocolError;
use wasmtime::{Error, Instance, Module, Store};

/// Instantiates `module`; a start function runs.
pub fn with_stand_in_imports(store: &mut Store<()>, module: &Module) -> Result<Instance, ProtocolError> {
    let imports = module
        .imports()
        .map(|import| import.ty().default_value(&mut *store))
        .collect::<Result<Vec<_>, _>>()
        .map_err(trap)?;
    Instance::new(&mut *store, module, &imports).map_err(trap)
}

/// A runtime error with what caused it; a backtrace, which is most of what Wasmtime prints, is left out.
pub fn trap(error: Error) -> ProtocolError {
    ProtocolError::trap(error.root_cause())
}
