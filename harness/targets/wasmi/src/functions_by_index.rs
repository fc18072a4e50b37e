//! Calling any function of a module by its index, and finding out what its first call is charged.

use crate::engine_variant::{
    fresh_engine, invalid_module, new_unchecked, DEFAULT_FUEL_PER_BYTES_TRANSLATED, DEFAULT_FUEL_PER_BYTES_VALIDATED,
};
use crate::instantiate::with_stand_in_imports;
use runner_protocol::{exposed_functions, exposed_name, LoadedModule, ProtocolError};
use wasmi::{CompilationMode, Engine, Func, Instance, Module, Store, TrapCode, Val};

/// The functions of one module that an arm is about, in a copy of the module in which they can be called.
pub struct FunctionsByIndex {
    module: Vec<u8>,
    pub indices: Vec<u32>,
    copies: usize,
    body_bytes: Vec<u64>,
    pub compiling: FirstCallCompiling,
}

/// What the first call of a function has to do before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstCallCompiling {
    /// `CompilationMode::Lazy`: validate and translate, interleaved per operator.
    ValidateAndTranslate,
    /// `CompilationMode::LazyTranslation`: translate what was validated with the module.
    TranslateAfterValidation,
    /// `CompilationMode::Lazy` of a module taken unchecked: translate what was never validated.
    TranslateUnchecked,
}

impl FirstCallCompiling {
    fn compile(self, engine: &Engine, module: &[u8]) -> Result<Module, ProtocolError> {
        match self {
            Self::TranslateUnchecked => new_unchecked(engine, module),
            _ => Module::new(engine, module),
        }
        .map_err(invalid_module)
    }

    /// What Wasmi's defaults ask for each body byte; `compile_fuel` holds the engine to it.
    fn default_fuel_per_byte(self) -> u64 {
        let validated = match self {
            Self::ValidateAndTranslate => DEFAULT_FUEL_PER_BYTES_VALIDATED,
            _ => 0,
        };
        u64::from(DEFAULT_FUEL_PER_BYTES_TRANSLATED + validated)
    }

    fn mode(self) -> CompilationMode {
        match self {
            Self::TranslateAfterValidation => CompilationMode::LazyTranslation,
            _ => CompilationMode::Lazy,
        }
    }
}

/// A function of a fresh instance with zeros for its parameters, and room for its results.
pub struct Callee {
    func: Func,
    inputs: Vec<Val>,
    outputs: Vec<Val>,
}

/// An instance and how far its functions have been called.
pub struct FreshInstance {
    pub store: Store<()>,
    /// All functions once for each copy of them that has not been called; the next is the last.
    pub uncalled: Vec<Vec<Callee>>,
}

/// Copies are made until their bodies add up to this: loading an instance then costs little beside compiling them.
const COPIED_BYTES: u64 = 256 << 10;
const MOST_COPIES: u64 = 256;

impl FunctionsByIndex {
    pub fn new(module: &LoadedModule, indices: Vec<u32>, compiling: FirstCallCompiling) -> Result<Self, ProtocolError> {
        let body_bytes: Vec<u64> = indices.iter().map(|&index| module.body_bytes_of(&[index])).collect();
        let copies = (COPIED_BYTES / body_bytes.iter().sum::<u64>().max(1)).clamp(1, MOST_COPIES) as usize;
        let module = exposed_functions(&module.bytes, &module.layout, &indices, copies)?;
        Ok(Self { module, indices, copies, body_bytes, compiling })
    }

    /// A fresh engine, module and instance, fuel metering on.
    pub fn fresh_instance(&self) -> Result<FreshInstance, ProtocolError> {
        let engine = fresh_engine(self.compiling.mode(), true);
        let module = self.compiling.compile(&engine, &self.module)?;
        let mut store = Store::new(&engine, ());
        let instance = with_stand_in_imports(&mut store, &module)?;
        let uncalled = (0..self.copies)
            .map(|copy| (0..self.indices.len()).map(|place| Callee::find(&store, instance, place, copy)).collect())
            .collect::<Result<_, _>>()?;
        Ok(FreshInstance { store, uncalled })
    }

    /// Fuel the engine charges for compiling each function at its first call, read back from the engine: with one unit less
    /// it has to refuse and take nothing, with exactly as much it has to compile, take all, and not begin to run.
    pub fn compile_fuel(&self) -> Result<Vec<u64>, ProtocolError> {
        let FreshInstance { mut store, mut uncalled } = self.fresh_instance()?;
        let mut callees = uncalled.pop().unwrap_or_default();
        let mut charged = Vec::with_capacity(callees.len());
        for ((&index, &body_bytes), callee) in self.indices.iter().zip(&self.body_bytes).zip(&mut callees) {
            let expected = body_bytes * self.compiling.default_fuel_per_byte();
            let mut left_of = |fuel: u64| {
                callee.compile_only(&mut store, fuel)?;
                store.get_fuel().map_err(ProtocolError::internal)
            };
            let left_too_little = left_of(expected - 1)?;
            let left_enough = left_of(expected)?;
            if left_too_little != expected - 1 || left_enough != 0 {
                return Err(ProtocolError::internal(format!(
                    "function {index} was to be charged {expected} fuel at its first call; of {} fuel {left_too_little} was \
                     left, of {expected} fuel {left_enough}",
                    expected - 1
                )));
            }
            charged.push(expected);
        }
        Ok(charged)
    }
}

impl Callee {
    fn find(store: &Store<()>, instance: Instance, place: usize, copy: usize) -> Result<Self, ProtocolError> {
        let name = exposed_name(place, copy);
        let func = instance
            .get_func(store, &name)
            .ok_or_else(|| ProtocolError::internal(format!("\"{name}\" is not exported")))?;
        let ty = func.ty(store);
        let zeros = |types: &[wasmi::ValType]| types.iter().map(|&ty| Val::default_for_ty(ty)).collect();
        Ok(Self { func, inputs: zeros(ty.params()), outputs: zeros(ty.results()) })
    }

    /// Calls with exactly `fuel`, which compiling uses up, so that the function's first block cannot be paid for. Functions that
    /// run a little without fuel (an `end`, an `unreachable`) may also return or trap.
    #[inline]
    pub fn compile_only(&mut self, store: &mut Store<()>, fuel: u64) -> Result<(), ProtocolError> {
        store.set_fuel(fuel).map_err(ProtocolError::internal)?;
        match self.func.call(&mut *store, &self.inputs, &mut self.outputs) {
            Ok(()) => Ok(()),
            Err(error) => match error.as_trap_code() {
                Some(TrapCode::OutOfFuel | TrapCode::UnreachableCodeReached) => Ok(()),
                _ => Err(ProtocolError::trap(error)),
            },
        }
    }
}
