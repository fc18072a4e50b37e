//! `exported-costs-wasmi MODULE EXPORT`: fuel charged for the first and the second call of a function without parameters, by
//! default and by the exported costs; one line each.

#[macro_use]
mod exported {
    include!(env!("WASM_DYNO_EXPORTED_RUST", "the path of a file written by `wasm-dyno profile export --for wasmi`"));
}

use wasmi::{CompilationMode, Config, Engine, Error, Linker, Module, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let module = std::fs::read(&arguments[1])?;
    for mode in [CompilationMode::Lazy, CompilationMode::LazyTranslation] {
        let mut by_default = Config::default();
        by_default.consume_fuel(true).compilation_mode(mode);
        let mut as_exported = by_default.clone();
        let mut operators = exported::operator_cost();
        simd_operator_cost!(operators);
        as_exported.fuel_cost(exported::fuel_costs()).operator_cost(operators);
        for (name, config) in [("default", by_default), ("exported", as_exported)] {
            let [first, second] = charged(&config, &module, &arguments[2])?;
            println!("{mode:?} {name} {first} {second}");
        }
    }
    Ok(())
}

fn charged(config: &Config, module: &[u8], export: &str) -> Result<[u64; 2], Error> {
    const PLENTY: u64 = 1 << 60;
    let engine = Engine::new(config);
    let module = Module::new(&engine, module)?;
    let mut store = Store::new(&engine, ());
    store.set_fuel(PLENTY)?;
    let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module)?;
    let function = instance.get_typed_func::<(), ()>(&store, export)?;
    let mut charged = [0; 2];
    for call in &mut charged {
        store.set_fuel(PLENTY)?;
        function.call(&mut store, ())?;
        *call = PLENTY - store.get_fuel()?;
    }
    Ok(charged)
}
