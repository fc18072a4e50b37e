//! Numbers as the protocol writes them: integers in decimal, floats as JavaScript prints them.

use crate::ProtocolError;
use std::fmt::Display;

fn fault(text: &str, kind: &str) -> ProtocolError {
    ProtocolError::bad_request(format!("\"{text}\" is not an {kind}"))
}

/// Signed or unsigned.
pub fn parse_i32(text: &str) -> Result<i32, ProtocolError> {
    let value: i64 = text.parse().map_err(|_| fault(text, "i32"))?;
    let in_range = (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&value);
    in_range.then_some(value as i32).ok_or_else(|| fault(text, "i32"))
}

/// Signed or unsigned.
pub fn parse_i64(text: &str) -> Result<i64, ProtocolError> {
    let value: i128 = text.parse().map_err(|_| fault(text, "i64"))?;
    let in_range = (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value);
    in_range.then_some(value as i64).ok_or_else(|| fault(text, "i64"))
}

/// A vector as one unsigned 128-bit integer, lane 0 lowest.
pub fn parse_v128(text: &str) -> Result<u128, ProtocolError> {
    text.parse().map_err(|_| fault(text, "unsigned 128-bit integer"))
}

pub fn parse_float(text: &str) -> Result<f64, ProtocolError> {
    text.parse().map_err(|_| fault(text, "f32 or f64"))
}

/// `value` in decimal; `text` is the same number as its own type prints it.
pub fn print_float(value: f64, text: impl Display) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    text.to_string()
}

/// A reference only tells whether it is null.
pub fn print_reference(is_null: bool) -> String {
    if is_null { "null" } else { "reference" }.to_owned()
}
