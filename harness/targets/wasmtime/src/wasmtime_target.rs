//! Wasmtime behind the protocol.

use crate::arms::{Compile, Execute, Validate};
use crate::instantiate::{trap, with_stand_in_imports};
use crate::value_text;
use runner_protocol::{Arm, Invocation, LoadedModule, PhaseRequest, ProtocolError, Target};
use serde_json::{json, Value};
use std::rc::Rc;
use wasmtime::{Config, Engine, Error, Func, Instance, Module, Store, Strategy, Val, WasmFeatures};

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

    fn execute(&self, request: &PhaseRequest) -> Result<Execute, ProtocolError> {
        let name = request.export.as_deref().ok_or_else(|| ProtocolError::bad_request("\"export\" is missing"))?;
        let (mut store, instance) = self.instantiate(&*request.whole_module()?)?;
        let (func, inputs, outputs) = find_export(&mut store, instance, name, &request.arguments)?;
        Ok(Execute { store, func, inputs, outputs, consumes_fuel: self.consumes_fuel })
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

fn find_export(
    store: &mut Store<()>,
    instance: Instance,
    name: &str,
    arguments: &[String],
) -> Result<(Func, Vec<Val>, Vec<Val>), ProtocolError> {
    let func = instance
        .get_func(&mut *store, name)
        .ok_or_else(|| ProtocolError::bad_request(format!("the module exports no function \"{name}\"")))?;
    let ty = func.ty(&*store);
    if ty.params().len() != arguments.len() {
        return Err(ProtocolError::bad_request(format!(
            "\"{name}\" takes {} arguments, not {}",
            ty.params().len(),
            arguments.len()
        )));
    }
    let inputs = ty.params().zip(arguments).map(|(ty, text)| value_text::parse(text, &ty)).collect::<Result<_, _>>()?;
    // A call overwrites whatever stands here.
    let outputs = vec![Val::I32(0); ty.results().len()];
    Ok((func, inputs, outputs))
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
            "compile" => Ok(Box::new(Compile { engine, module: request.whole_module()? })),
            "execute" => Ok(Box::new(self.execute(&request)?)),
            phase => Err(ProtocolError::unsupported(format!("no phase \"{phase}\""))),
        }
    }

    fn invoke(
        &mut self,
        module: &Rc<LoadedModule>,
        export: &str,
        arguments: &[String],
    ) -> Result<Invocation, ProtocolError> {
        let (mut store, instance) = self.instantiate(module)?;
        let (func, inputs, mut outputs) = find_export(&mut store, instance, export, arguments)?;
        if self.consumes_fuel {
            store.set_fuel(u64::MAX).map_err(ProtocolError::internal)?;
        }
        func.call(&mut store, &inputs, &mut outputs).map_err(trap)?;
        let fuel = match self.consumes_fuel {
            true => Some(u64::MAX - store.get_fuel().map_err(ProtocolError::internal)?),
            false => None,
        };
        Ok(Invocation { results: outputs.iter().map(value_text::print).collect(), fuel })
    }
}
