//! Wasmtime as a target: `wasm-dyno-target-wasmtime [--strategy=cranelift|winch] [--fuel=on|off]`, then JSON lines.

mod arms;
mod exported_function;
mod instantiate;
mod value_text;
mod wasmtime_target;

use std::process::ExitCode;
use wasmtime::Strategy;
use wasmtime_target::WasmtimeTarget;

fn main() -> ExitCode {
    let mut strategy = Strategy::Cranelift;
    let mut consumes_fuel = true;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--strategy=cranelift" => strategy = Strategy::Cranelift,
            "--strategy=winch" => strategy = Strategy::Winch,
            "--fuel=on" => consumes_fuel = true,
            "--fuel=off" => consumes_fuel = false,
            _ => {
                eprintln!(
                    "wasm-dyno-target-wasmtime: unknown argument \"{argument}\"; \
                     there are --strategy=cranelift|winch and --fuel=on|off"
                );
                return ExitCode::from(2);
            }
        }
    }
    let outcome = WasmtimeTarget::new(strategy, consumes_fuel)
        .map_err(|error| error.to_string())
        .and_then(|mut target| runner_protocol::serve(&mut target).map_err(|error| error.to_string()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-dyno-target-wasmtime: {error}");
            ExitCode::FAILURE
        }
    }
}
