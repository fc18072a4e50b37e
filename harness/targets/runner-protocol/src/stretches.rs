//! A call told by stretches: the functions up to a count, then up to the next one.

use crate::{ArmPart, LoadedModule, ProtocolError};
use std::ops::Range;
use std::rc::Rc;

/// The stretches that end at `stops`, of a call that handles `count` functions. Errors: `bad-request` unless stops ascend from 1 to `count`.
pub fn stretches_to(stops: &[usize], count: usize) -> Result<Vec<Range<usize>>, ProtocolError> {
    let mut from = 0;
    stops
        .iter()
        .map(|&to| {
            if to <= from || to > count {
                return Err(ProtocolError::bad_request(format!("stops are ascending counts from 1 to {count}")));
            }
            Ok(std::mem::replace(&mut from, to)..to)
        })
        .collect()
}

/// The functions of an arm module by module, and where each of them, in the order that was asked for, is.
pub struct GroupedFunctions {
    /// One part for each module.
    pub parts: Vec<ArmPart>,
    /// `(part, place within it)`.
    pub order: Vec<(usize, usize)>,
}

impl GroupedFunctions {
    pub fn of(parts: &[ArmPart]) -> Self {
        let mut modules: Vec<(Rc<LoadedModule>, Vec<u32>)> = Vec::new();
        let mut order = Vec::new();
        for part in parts {
            let known = modules.iter().position(|(module, _)| Rc::ptr_eq(module, &part.module));
            let group = known.unwrap_or_else(|| {
                modules.push((Rc::clone(&part.module), Vec::new()));
                modules.len() - 1
            });
            for index in part.indices() {
                order.push((group, modules[group].1.len()));
                modules[group].1.push(index);
            }
        }
        let parts = modules.into_iter().map(|(module, functions)| ArmPart { module, functions: Some(functions) });
        Self { parts: parts.collect(), order }
    }
}
