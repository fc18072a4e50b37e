//! Values as the protocol writes them.

use runner_protocol::{number_text, ProtocolError};
use wasmi::{Val, ValType, V128};

pub fn parse(text: &str, ty: ValType) -> Result<Val, ProtocolError> {
    match ty {
        ValType::I32 => number_text::parse_i32(text).map(Val::I32),
        ValType::I64 => number_text::parse_i64(text).map(Val::I64),
        ValType::F32 => number_text::parse_float(text).map(|value| Val::F32((value as f32).into())),
        ValType::F64 => number_text::parse_float(text).map(|value| Val::F64(value.into())),
        ValType::V128 => number_text::parse_v128(text).map(|bits| Val::V128(V128::from(bits))),
        ValType::FuncRef | ValType::ExternRef if text == "null" => Ok(Val::default_for_ty(ty)),
        ValType::FuncRef | ValType::ExternRef => {
            Err(ProtocolError::bad_request(format!("\"{text}\" is not a reference; only null can be given")))
        }
    }
}

pub fn print(value: &Val) -> String {
    match value {
        Val::I32(value) => value.to_string(),
        Val::I64(value) => value.to_string(),
        Val::F32(value) => number_text::print_float(f64::from(value.to_float()), value.to_float()),
        Val::F64(value) => number_text::print_float(value.to_float(), value.to_float()),
        Val::V128(value) => value.as_u128().to_string(),
        Val::FuncRef(reference) => number_text::print_reference(reference.is_null()),
        Val::ExternRef(reference) => number_text::print_reference(reference.is_null()),
    }
}
