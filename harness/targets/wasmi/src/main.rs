//! Wasmi as a target: `wasm-dyno-target-wasmi [--fuel=on|off]`, then JSON lines on standard input and output.

mod arms;
mod engine_variant;
mod exported_function;
mod functions_by_index;
mod instantiate;
mod value_text;
mod wasmi_target;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut consumes_fuel = true;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--fuel=on" => consumes_fuel = true,
            "--fuel=off" => consumes_fuel = false,
            _ => {
                eprintln!("wasm-dyno-target-wasmi: unknown argument \"{argument}\"; there is --fuel=on|off");
                return ExitCode::from(2);
            }
        }
    }
    match runner_protocol::serve(&mut wasmi_target::WasmiTarget::new(consumes_fuel)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-dyno-target-wasmi: {error}");
            ExitCode::FAILURE
        }
    }
}
