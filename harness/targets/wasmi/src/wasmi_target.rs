//! Wasmi behind the protocol.

use crate::arms::{FirstCall, Parse, TranslateModule, Validate};
use crate::engine_variant::{
    compilation_mode, fresh_engine, invalid_module, DEFAULT_BYTES_COPIED_PER_FUEL, DEFAULT_FUEL_PER_BYTES_TRANSLATED,
    DEFAULT_FUEL_PER_BYTES_VALIDATED, DEFAULT_MODE, MODES,
};
use crate::exported_function::ExportedFunction;
use crate::functions_by_index::{FirstCallCompiling, FunctionsByIndex};
use crate::instantiate::with_stand_in_imports;
use runner_protocol::{
    Arm, Charge, CompileArm, ExecuteArm, Invocation, LoadedModule, PhaseRequest, ProtocolError, Target,
};
use serde_json::{json, Value};
use std::rc::Rc;
use wasmi::{CompilationMode, Engine, Instance, Module, Store};

/// Pinned in `Cargo.toml`; a test compares the two.
const WASMI_VERSION: &str = "2.0.0";

pub struct WasmiTarget {
    consumes_fuel: bool,
}

impl WasmiTarget {
    pub fn new(consumes_fuel: bool) -> Self {
        Self { consumes_fuel }
    }

    fn instantiate(&self, module: &LoadedModule) -> Result<(Store<()>, Instance), ProtocolError> {
        let engine = fresh_engine(mode_of(module)?, self.consumes_fuel);
        let compiled = Module::new(&engine, module.bytes.as_slice()).map_err(invalid_module)?;
        let mut store = Store::new(&engine, ());
        if self.consumes_fuel {
            store.set_fuel(u64::MAX).map_err(ProtocolError::internal)?;
        }
        let instance = with_stand_in_imports(&mut store, &compiled)?;
        Ok((store, instance))
    }

    fn needs_fuel(&self, what: &str) -> Result<(), ProtocolError> {
        if self.consumes_fuel {
            return Ok(());
        }
        Err(ProtocolError::unsupported(format!("{what} needs fuel; start without --fuel=off")))
    }

    fn exported(
        &self,
        module: &LoadedModule,
        name: &str,
        arguments: &[String],
    ) -> Result<ExportedFunction, ProtocolError> {
        let (store, instance) = self.instantiate(module)?;
        ExportedFunction::new(store, instance, name, arguments, self.consumes_fuel)
    }
}

fn mode_of(module: &LoadedModule) -> Result<CompilationMode, ProtocolError> {
    compilation_mode(module.mode.as_deref().unwrap_or(DEFAULT_MODE))
}

/// What `Module::new` does by itself in a mode.
fn compile_method(mode: CompilationMode) -> &'static str {
    match mode {
        CompilationMode::Eager => "Module::new, CompilationMode::Eager",
        CompilationMode::LazyTranslation => "Module::new, CompilationMode::LazyTranslation",
        CompilationMode::Lazy => "Module::new, CompilationMode::Lazy",
    }
}

impl Target for WasmiTarget {
    fn combines_modules(&self) -> bool {
        true
    }

    fn describe(&self) -> Value {
        json!({
            "engine": "wasmi",
            "version": WASMI_VERSION,
            "flags": [
                format!("consume_fuel={}", self.consumes_fuel),
                "default-mode=lazy-translation",
                "crate-features=std,validate,memory64,auto-dispatch,simd",
                "profile=opt-level 3, lto fat, codegen-units 1",
            ],
            "features": [
                "mutableGlobal", "multiValue", "multiMemory", "saturatingFloatToInt", "signExtension",
                "bulkMemory", "referenceTypes", "tailCall", "extendedConst", "memory64", "simd", "relaxedSimd",
            ],
            "phases": if self.consumes_fuel {
                vec!["parse", "validate", "translate", "compile", "first-call", "execute"]
            } else {
                vec!["parse", "validate", "translate", "compile", "execute"]
            },
            "executes": true,
            "charges": self.consumes_fuel,
            "modes": MODES,
            "stopsCurves": true,
            "fuel": if self.consumes_fuel {
                json!({
                    "bytes_copied_per_fuel": DEFAULT_BYTES_COPIED_PER_FUEL,
                    "fuel_per_bytes_translated": DEFAULT_FUEL_PER_BYTES_TRANSLATED,
                    "fuel_per_bytes_validated": DEFAULT_FUEL_PER_BYTES_VALIDATED,
                })
            } else {
                Value::Null
            },
        })
    }

    fn load(&mut self, module: &LoadedModule) -> Result<(), ProtocolError> {
        let engine = fresh_engine(mode_of(module)?, self.consumes_fuel);
        Module::validate(&engine, &module.bytes).map_err(invalid_module)?;
        Ok(())
    }

    fn arm(&mut self, request: PhaseRequest) -> Result<Box<dyn Arm>, ProtocolError> {
        let consumes_fuel = self.consumes_fuel;
        match request.phase.as_str() {
            "parse" => {
                if request.parts.iter().any(|part| part.functions.is_some()) {
                    return Err(ProtocolError::unsupported("parse is timed per module"));
                }
                let modules = request.parts.into_iter().map(|part| part.module).collect();
                Ok(Box::new(Parse { modules, consumes_fuel }))
            }
            "validate" => Ok(Box::new(Validate::new(&request.parts)?)),
            "translate" => {
                if let Ok(module) = request.whole_module() {
                    return Ok(Box::new(TranslateModule { module, consumes_fuel }));
                }
                self.needs_fuel("translating single functions")?;
                Ok(Box::new(FirstCall::new(&request.parts, FirstCallCompiling::TranslateUnchecked, true)?))
            }
            "compile" => {
                let module = request.whole_module()?;
                let mode = mode_of(&module)?;
                Ok(Box::new(CompileArm {
                    module,
                    method: compile_method(mode),
                    prepare: move || fresh_engine(mode, consumes_fuel),
                    compile: |engine: &Engine, bytes: &[u8]| Module::new(engine, bytes).map_err(invalid_module),
                }))
            }
            "first-call" => {
                self.needs_fuel("stopping a first call where compiling ends")?;
                let compiling = first_call_compiling(mode_of(&request.parts[0].module)?)?;
                Ok(Box::new(FirstCall::new(&request.parts, compiling, false)?))
            }
            "execute" => {
                let function = self.exported(&*request.whole_module()?, request.export()?, &request.arguments)?;
                Ok(Box::new(ExecuteArm(function)))
            }
            phase => Err(ProtocolError::unsupported(format!("no phase \"{phase}\""))),
        }
    }

    fn invoke(
        &mut self,
        module: &Rc<LoadedModule>,
        export: &str,
        arguments: &[String],
    ) -> Result<Invocation, ProtocolError> {
        runner_protocol::invoke(self.exported(module, export, arguments)?)
    }

    fn charge(
        &mut self,
        module: &Rc<LoadedModule>,
        mode: &str,
        functions: &[u32],
    ) -> Result<Vec<Charge>, ProtocolError> {
        self.needs_fuel("reading charges")?;
        let mode = compilation_mode(mode)?;
        if matches!(mode, CompilationMode::Eager) {
            // Functions compiled with their module are never charged for it.
            return Ok(functions.iter().map(|&index| Charge { index, fuel: 0 }).collect());
        }
        let functions = FunctionsByIndex::new(module, functions.to_vec(), first_call_compiling(mode)?)?;
        let fuel = functions.compile_fuel()?;
        Ok(functions.indices.iter().zip(fuel).map(|(&index, fuel)| Charge { index, fuel }).collect())
    }
}

fn first_call_compiling(mode: CompilationMode) -> Result<FirstCallCompiling, ProtocolError> {
    match mode {
        CompilationMode::Lazy => Ok(FirstCallCompiling::ValidateAndTranslate),
        CompilationMode::LazyTranslation => Ok(FirstCallCompiling::TranslateAfterValidation),
        CompilationMode::Eager => Err(ProtocolError::unsupported("in mode eager no call compiles")),
    }
}
