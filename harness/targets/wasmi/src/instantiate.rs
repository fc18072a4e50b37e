//! Instances whose imports are stand-ins: functions that return zeros, empty memories and tables, globals of zero.

use runner_protocol::ProtocolError;
use wasmi::{Extern, ExternType, Func, Global, Instance, Memory, Module, Ref, Store, Table, Val};

/// Instantiates `module`; a start function runs.
pub fn with_stand_in_imports(store: &mut Store<()>, module: &Module) -> Result<Instance, ProtocolError> {
    let mut imports = Vec::new();
    for import in module.imports() {
        let stand_in: Extern = match import.ty() {
            ExternType::Func(ty) => {
                let zeros: Vec<Val> = ty.results().iter().map(|&ty| Val::default_for_ty(ty)).collect();
                Func::new(&mut *store, ty.clone(), move |_, _, results| {
                    results.clone_from_slice(&zeros);
                    Ok(())
                })
                .into()
            }
            ExternType::Memory(ty) => Memory::new(&mut *store, *ty).map_err(ProtocolError::trap)?.into(),
            ExternType::Table(ty) => {
                let null = Ref::default_for_ty(ty.element());
                Table::new(&mut *store, *ty, null).map_err(ProtocolError::trap)?.into()
            }
            ExternType::Global(ty) => {
                Global::new(&mut *store, Val::default_for_ty(ty.content()), ty.mutability()).into()
            }
        };
        imports.push(stand_in);
    }
    Instance::new(&mut *store, module, &imports).map_err(ProtocolError::trap)
}
