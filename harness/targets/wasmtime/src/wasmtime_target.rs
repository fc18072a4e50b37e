//! Wasmtime behind the protocol.

use crate::arms::Validate;
use crate::exported_function::ExportedFunction;
use crate::instantiate::with_stand_in_imports;
use runner_protocol::{Arm, CompileArm, ExecuteArm, Invocation, LoadedModule, PhaseRequest, ProtocolError, Target};
use serde_json::{json, Value};
use std::rc::Rc;
use wasmtime::{Config, Engine, Error, Instance, Module, Store, Strategy, WasmFeatures};

/// Pinned in `Cargo.toml`; a test compares the two.
const WASMTIME_VERSION: &str = "48.0.8";

pub struct WasmtimeTarget {
    engine: Engine,
    strategy: Strategy,
    consumes_fuel: bool,
}

impl WasmtimeTarget {
    pub fn new(strategy: Strategy, consumes_fuel: bool) -> Result<Self, Error> {
        let mut config = Config::new();
        config.strategy(strategy);
        config.consume_fuel(consumes_fuel);
        Ok(Self { engine: Engine::new(&config)?, strategy, consumes_fuel })
    }

    fn instantiate(&self, module: &LoadedModule) -> Result<(Store<()>, Instance), ProtocolError> {
        let compiled = Module::new(&self.engine, &module.bytes).map_err(invalid_module)?;
        let mut store = Store::new(&self.engine, ());
        if self.consumes_fuel {
            store.set_fuel(u64::MAX).map_err(ProtocolError::internal)?;
        }
        let instance = with_stand_in_imports(&mut store, &compiled)?;
        Ok((store, instance))
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

/// A compile-time error as the protocol tells it, with its place in the module where Wasmtime knows it.
pub fn invalid_module(error: Error) -> ProtocolError {
    let message = format!("{error:#}");
    let offset = message
        .rsplit_once("(at offset 0x")
        .and_then(|(_, rest)| rest.split_once(')'))
        .and_then(|(digits, _)| u64::from_str_radix(digits, 16).ok());
    ProtocolError::InvalidModule { message, offset }
}

impl Target for WasmtimeTarget {
    fn describe(&self) -> Value {
        let strategy = match self.strategy {
            Strategy::Winch => "winch",
            _ => "cranelift",
        };
        let known = [
            ("mutableGlobal", WasmFeatures::MUTABLE_GLOBAL),
            ("multiValue", WasmFeatures::MULTI_VALUE),
            ("multiMemory", WasmFeatures::MULTI_MEMORY),
            ("saturatingFloatToInt", WasmFeatures::SATURATING_FLOAT_TO_INT),
            ("signExtension", WasmFeatures::SIGN_EXTENSION),
            ("bulkMemory", WasmFeatures::BULK_MEMORY),
            ("referenceTypes", WasmFeatures::REFERENCE_TYPES),
            ("tailCall", WasmFeatures::TAIL_CALL),
            ("extendedConst", WasmFeatures::EXTENDED_CONST),
            ("memory64", WasmFeatures::MEMORY64),
            ("simd", WasmFeatures::SIMD),
            ("relaxedSimd", WasmFeatures::RELAXED_SIMD),
            ("threads", WasmFeatures::THREADS),
        ];
        let enabled = self.engine.get_wasm_features();
        let features: Vec<&str> =
            known.iter().filter(|(_, feature)| enabled.contains(*feature)).map(|&(name, _)| name).collect();
        json!({
            "engine": format!("wasmtime-{strategy}"),
            "version": WASMTIME_VERSION,
            "flags": [
                format!("strategy={strategy}"),
                format!("consume_fuel={}", self.consumes_fuel),
                "crate-features=std,runtime,cranelift,winch,gc,gc-drc,threads",
                "parallel_compilation=false",
                "cranelift_opt_level=speed",
                "profile=release",
            ],
            "features": features,
            "phases": ["validate", "compile", "execute"],
            "executes": true,
            "fuel": if self.consumes_fuel {
                json!({
                    "operator_cost": "1, free: nop drop block loop unreachable return else end",
                    "memory_fill_per_byte": 1,
                    "memory_copy_per_byte": 1,
                    "memory_init_per_byte": 1,
                    "compile": 0,
                })
            } else {
                Value::Null
            },
        })
    }

    fn load(&mut self, module: &LoadedModule) -> Result<(), ProtocolError> {
        if let Some(mode) = &module.mode {
            return Err(ProtocolError::unsupported(format!("no mode \"{mode}\": Wasmtime compiles a module at once")));
        }
        Module::validate(&self.engine, &module.bytes).map_err(invalid_module)?;
        Ok(())
    }

    fn arm(&mut self, request: PhaseRequest) -> Result<Box<dyn Arm>, ProtocolError> {
        let engine = self.engine.clone();
        match request.phase.as_str() {
            "validate" => Ok(Box::new(Validate { engine, module: request.whole_module()? })),
            // On one thread, without a cache; modules share nothing through the engine but type registrations.
            "compile" => Ok(Box::new(CompileArm {
                module: request.whole_module()?,
                method: "Module::new",
                prepare: move || engine.clone(),
                compile: |engine: &Engine, bytes: &[u8]| Module::new(engine, bytes).map_err(invalid_module),
            })),
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
}
