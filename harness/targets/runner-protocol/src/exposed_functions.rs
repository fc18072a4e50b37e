//! A copy of a module in which chosen functions can be called, made small so that it is quick to load again and again.

use crate::module_layout::malformed;
use crate::{ModuleLayout, ProtocolError};
use std::collections::HashSet;
use wasmparser::{DataKind, ExternalKind, Parser, Payload};

const EXPORT_SECTION: u8 = 7;
const CODE_SECTION: u8 = 10;
const DATA_SECTION: u8 = 11;
/// No locals, `unreachable`, `end`: valid with any type.
const UNREACHABLE_BODY: [u8; 3] = [0x00, 0x00, 0x0b];

/// The name under which [`exposed_functions`] exports a function.
pub fn exposed_name(index: u32) -> String {
    format!("function {index}")
}

/// `module` exporting the functions `chosen`, and those it exported before, under [`exposed_name`]. The chosen bodies are the
/// same bytes in the same surroundings: types, imports, tables, memories, globals and element segments stay. The other bodies
/// become `unreachable`, data segments lose their bytes; the start function, other exports and custom sections go.
pub fn exposed_functions(module: &[u8], layout: &ModuleLayout, chosen: &[u32]) -> Result<Vec<u8>, ProtocolError> {
    let chosen: HashSet<u32> = chosen.iter().copied().collect();
    let mut result = module.get(..8).unwrap_or_default().to_vec();
    let mut export_section = Some(export_section(module, &chosen)?);
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(malformed)?;
        let follows_exports = matches!(
            payload,
            Payload::StartSection { .. }
                | Payload::ElementSection(_)
                | Payload::DataCountSection { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::DataSection(_)
        );
        if follows_exports {
            if let Some(exports) = export_section.take() {
                push_section(&mut result, EXPORT_SECTION, &exports);
            }
        }
        match &payload {
            Payload::CustomSection(_) | Payload::StartSection { .. } | Payload::ExportSection(_) => {}
            Payload::CodeSectionStart { .. } => {
                push_section(&mut result, CODE_SECTION, &code_section(module, layout, &chosen));
            }
            Payload::DataSection(segments) => {
                push_section(&mut result, DATA_SECTION, &data_section(module, segments.clone())?);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    push_section(&mut result, id, &module[range]);
                }
            }
        }
    }
    Ok(result)
}

fn export_section(module: &[u8], chosen: &HashSet<u32>) -> Result<Vec<u8>, ProtocolError> {
    let mut exported: Vec<(String, ExternalKind, u32)> =
        chosen.iter().map(|&index| (exposed_name(index), ExternalKind::Func, index)).collect();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ExportSection(section) = payload.map_err(malformed)? {
            for export in section {
                let export = export.map_err(malformed)?;
                // A body may refer to a function because it is exported (`C.refs`, specification 3.4.10).
                if export.kind == ExternalKind::Func && !chosen.contains(&export.index) {
                    exported.push((exposed_name(export.index), export.kind, export.index));
                }
            }
        }
    }
    exported.sort_by_key(|&(_, _, index)| index);
    exported.dedup_by_key(|(_, _, index)| *index);
    let mut payload = Vec::new();
    push_unsigned(&mut payload, exported.len() as u32);
    for (name, kind, index) in exported {
        push_unsigned(&mut payload, name.len() as u32);
        payload.extend_from_slice(name.as_bytes());
        payload.push(kind as u8);
        push_unsigned(&mut payload, index);
    }
    Ok(payload)
}

fn code_section(module: &[u8], layout: &ModuleLayout, chosen: &HashSet<u32>) -> Vec<u8> {
    let mut payload = Vec::new();
    push_unsigned(&mut payload, layout.bodies.len() as u32);
    for body in &layout.bodies {
        let bytes = if chosen.contains(&body.index) { &module[body.range.clone()] } else { &UNREACHABLE_BODY[..] };
        push_unsigned(&mut payload, bytes.len() as u32);
        payload.extend_from_slice(bytes);
    }
    payload
}

/// As many segments of the same kinds, without bytes.
fn data_section(module: &[u8], segments: wasmparser::DataSectionReader) -> Result<Vec<u8>, ProtocolError> {
    let mut payload = Vec::new();
    push_unsigned(&mut payload, segments.count());
    for segment in segments {
        let segment = segment.map_err(malformed)?;
        // Flags, memory index and offset stand before the length of the bytes.
        match segment.kind {
            DataKind::Passive => payload.push(1),
            DataKind::Active { memory_index, offset_expr } => {
                payload.push(2);
                push_unsigned(&mut payload, memory_index);
                payload.extend_from_slice(&module[offset_expr.get_binary_reader().range()]);
            }
        }
        payload.push(0);
    }
    Ok(payload)
}

fn push_section(result: &mut Vec<u8>, id: u8, payload: &[u8]) {
    result.push(id);
    push_unsigned(result, payload.len() as u32);
    result.extend_from_slice(payload);
}

/// LEB128, as the binary format writes unsigned integers (specification, 5.2.2).
fn push_unsigned(result: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        result.push(value as u8 | 0x80);
        value >>= 7;
    }
    result.push(value as u8);
}
