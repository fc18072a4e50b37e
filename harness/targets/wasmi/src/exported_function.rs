//! An exported function with its instance and arguments.

use crate::value_text;
use runner_protocol::{check_argument_count, Callee, ProtocolError};
use wasmi::{Func, Instance, Store, Val};

pub struct ExportedFunction {
    store: Store<()>,
    func: Func,
    inputs: Vec<Val>,
    outputs: Vec<Val>,
    consumes_fuel: bool,
}

impl ExportedFunction {
    /// Errors: `bad-request` when there is no such export, or it takes other arguments.
    pub fn new(
        store: Store<()>,
        instance: Instance,
        name: &str,
        arguments: &[String],
        consumes_fuel: bool,
    ) -> Result<Self, ProtocolError> {
        let func = instance.get_func(&store, name).ok_or_else(|| ProtocolError::no_such_export(name))?;
        let ty = func.ty(&store);
        check_argument_count(name, ty.params().len(), arguments.len())?;
        let inputs = ty
            .params()
            .iter()
            .zip(arguments)
            .map(|(&ty, text)| value_text::parse(text, ty))
            .collect::<Result<_, _>>()?;
        let outputs = ty.results().iter().map(|&ty| Val::default_for_ty(ty)).collect();
        Ok(Self { store, func, inputs, outputs, consumes_fuel })
    }
}

impl Callee for ExportedFunction {
    fn consumes_fuel(&self) -> bool {
        self.consumes_fuel
    }

    fn set_fuel(&mut self, fuel: u64) -> Result<(), ProtocolError> {
        self.store.set_fuel(fuel).map_err(ProtocolError::internal)
    }

    fn fuel_left(&self) -> Result<u64, ProtocolError> {
        self.store.get_fuel().map_err(ProtocolError::internal)
    }

    fn call(&mut self) -> Result<(), ProtocolError> {
        self.func.call(&mut self.store, &self.inputs, &mut self.outputs).map_err(ProtocolError::trap)
    }

    fn results(&self) -> Vec<String> {
        self.outputs.iter().map(value_text::print).collect()
    }
}
