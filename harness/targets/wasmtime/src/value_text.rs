//! Values as the protocol writes them.

use runner_protocol::{number_text, ProtocolError};
use wasmtime::{Val, ValType};

pub fn parse(text: &str, ty: &ValType) -> Result<Val, ProtocolError> {
    match ty {
        ValType::I32 => number_text::parse_i32(text).map(Val::I32),
        ValType::I64 => number_text::parse_i64(text).map(Val::I64),
        ValType::F32 => number_text::parse_float(text).map(|value| Val::F32((value as f32).to_bits())),
        ValType::F64 => number_text::parse_float(text).map(|value| Val::F64(value.to_bits())),
        ValType::V128 => number_text::parse_v128(text).map(|bits| Val::V128(bits.into())),
        ValType::Ref(_) => match Val::default_for_ty(ty) {
            Some(null) if text == "null" => Ok(null),
            _ => Err(ProtocolError::bad_request(format!("\"{text}\" is not a reference; only null can be given"))),
        },
    }
}

pub fn print(value: &Val) -> String {
    match value {
        Val::I32(value) => value.to_string(),
        Val::I64(value) => value.to_string(),
        Val::F32(bits) => number_text::print_float(f64::from(f32::from_bits(*bits)), f32::from_bits(*bits)),
        Val::F64(bits) => number_text::print_float(f64::from_bits(*bits), f64::from_bits(*bits)),
        Val::V128(value) => value.as_u128().to_string(),
        Val::FuncRef(reference) => number_text::print_reference(reference.is_none()),
        Val::ExternRef(reference) => number_text::print_reference(reference.is_none()),
        Val::AnyRef(reference) => number_text::print_reference(reference.is_none()),
        Val::ExnRef(reference) => number_text::print_reference(reference.is_none()),
        Val::ContRef(reference) => number_text::print_reference(reference.is_none()),
    }
}
