//! `exported-costs-wasmtime MODULE EXPORT`: fuel charged for a call of a function without parameters, by default and by the
//! exported costs; one line each.

mod exported {
    include!(env!(
        "WASM_DYNO_EXPORTED_RUST",
        "the path of a file written by `wasm-dyno profile export --for wasmtime`"
    ));
}

use wasmtime::{Config, Engine, Error, Instance, Module, Store};

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().collect();
    let module = std::fs::read(&arguments[1])?;
    let mut as_exported = Config::new();
    as_exported.operator_cost(exported::operator_cost());
    for (name, mut config) in [("default", Config::new()), ("exported", as_exported)] {
        config.consume_fuel(true);
        println!("{name} {}", charged(&config, &module, &arguments[2])?);
    }
    Ok(())
}

fn charged(config: &Config, module: &[u8], export: &str) -> Result<u64, Error> {
    const PLENTY: u64 = 1 << 60;
    let engine = Engine::new(config)?;
    let module = Module::new(&engine, module)?;
    let mut store = Store::new(&engine, ());
    store.set_fuel(PLENTY)?;
    let instance = Instance::new(&mut store, &module, &[])?;
    let function = instance.get_typed_func::<(), ()>(&mut store, export)?;
    store.set_fuel(PLENTY)?;
    function.call(&mut store, ())?;
    Ok(PLENTY - store.get_fuel()?)
}
