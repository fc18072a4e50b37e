//! A copy of a module in which chosen functions can be called for the first time, and again for the first time: small, so that it is
//! quick to load, and with several copies of each function, so that it is loaded less often.

use crate::module_layout::malformed;
use crate::{ModuleLayout, ProtocolError};
use std::collections::HashSet;
use wasmparser::{DataKind, ExternalKind, Parser, Payload};

const FUNCTION_SECTION: u8 = 3;
const EXPORT_SECTION: u8 = 7;
const CODE_SECTION: u8 = 10;
const DATA_SECTION: u8 = 11;
/// No locals, `unreachable`, `end`: valid with any type.
const UNREACHABLE_BODY: [u8; 3] = [0x00, 0x00, 0x0b];

/// The name under which [`exposed_functions`] exports a copy of the function at a place of those chosen.
pub fn exposed_name(place: usize, copy: usize) -> String {
    format!("place {place} copy {copy}")
}

/// Where bodies are added: `(copy, place)`, in the order of the added functions. Copy 0 is the function itself, but for one that is chosen
/// again: each place has a body that nobody has called.
fn added(chosen: &[u32], copies: usize) -> Vec<(usize, usize)> {
    let mut seen = HashSet::new();
    let again = chosen.iter().enumerate().filter(|(_, &index)| !seen.insert(index)).map(|(place, _)| (0, place));
    let further = (1..copies).flat_map(|copy| (0..chosen.len()).map(move |place| (copy, place)));
    again.chain(further).collect()
}

/// `module` exporting the functions `chosen`, each of them `copies` times, under [`exposed_name`]; one that is chosen twice is there twice
/// as often. The chosen bodies are the same bytes in the same surroundings: types, imports, tables, memories, globals and element segments stay. The other bodies
/// become `unreachable`, data segments lose their bytes; the start function, other exports and custom sections go.
pub fn exposed_functions(
    module: &[u8],
    layout: &ModuleLayout,
    chosen: &[u32],
    copies: usize,
) -> Result<Vec<u8>, ProtocolError> {
    let mut result = module.get(..8).unwrap_or_default().to_vec();
    let mut export_section = Some(export_section(module, layout, chosen, copies)?);
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
            Payload::FunctionSection(types) => {
                let types = types.clone().into_iter().collect::<Result<Vec<u32>, _>>().map_err(malformed)?;
                push_section(&mut result, FUNCTION_SECTION, &function_section(&types, layout, chosen, copies));
            }
            Payload::CodeSectionStart { .. } => {
                push_section(&mut result, CODE_SECTION, &code_section(module, layout, chosen, copies));
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

fn export_section(
    module: &[u8],
    layout: &ModuleLayout,
    chosen: &[u32],
    copies: usize,
) -> Result<Vec<u8>, ProtocolError> {
    let mut exported: Vec<(String, u32)> = Vec::new();
    let added = added(chosen, copies);
    let is_added: HashSet<(usize, usize)> = added.iter().copied().collect();
    for (place, &index) in chosen.iter().enumerate() {
        if !is_added.contains(&(0, place)) {
            exported.push((exposed_name(place, 0), index));
        }
    }
    let first_added = layout.imported_functions + layout.bodies.len() as u32;
    for (index, (copy, place)) in (first_added..).zip(added) {
        exported.push((exposed_name(place, copy), index));
    }
    // A body may refer to a function because it is exported (`C.refs`, specification 3.4.10).
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ExportSection(section) = payload.map_err(malformed)? {
            for export in section {
                let export = export.map_err(malformed)?;
                if export.kind == ExternalKind::Func {
                    exported.push((format!("declared {} as {}", export.index, exported.len()), export.index));
                }
            }
        }
    }
    let mut payload = Vec::new();
    push_unsigned(&mut payload, exported.len() as u32);
    for (name, index) in exported {
        push_unsigned(&mut payload, name.len() as u32);
        payload.extend_from_slice(name.as_bytes());
        payload.push(ExternalKind::Func as u8);
        push_unsigned(&mut payload, index);
    }
    Ok(payload)
}

fn function_section(types: &[u32], layout: &ModuleLayout, chosen: &[u32], copies: usize) -> Vec<u8> {
    let mut payload = Vec::new();
    let added = added(chosen, copies);
    push_unsigned(&mut payload, (types.len() + added.len()) as u32);
    for &ty in types {
        push_unsigned(&mut payload, ty);
    }
    for (_, place) in added {
        push_unsigned(&mut payload, types[(chosen[place] - layout.imported_functions) as usize]);
    }
    payload
}

fn code_section(module: &[u8], layout: &ModuleLayout, chosen: &[u32], copies: usize) -> Vec<u8> {
    let mut payload = Vec::new();
    let mut push_body = |bytes: &[u8]| {
        push_unsigned(&mut payload, bytes.len() as u32);
        payload.extend_from_slice(bytes);
    };
    let bytes_of = |index: u32| layout.body(index).map_or(&UNREACHABLE_BODY[..], |body| &module[body.range.clone()]);
    let kept: HashSet<u32> = chosen.iter().copied().collect();
    for body in &layout.bodies {
        push_body(if kept.contains(&body.index) { bytes_of(body.index) } else { &UNREACHABLE_BODY });
    }
    let added = added(chosen, copies);
    added.iter().for_each(|&(_, place)| push_body(bytes_of(chosen[place])));
    let mut section = Vec::with_capacity(payload.len() + 5);
    push_unsigned(&mut section, (layout.bodies.len() + added.len()) as u32);
    section.extend_from_slice(&payload);
    section
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
