//! Reading a request's parameters; whatever is missing or of another shape is a `bad-request` naming it.

use crate::ProtocolError;
use serde_json::{Map, Value};

/// The `params` of one request.
pub struct Parameters<'a>(pub &'a Map<String, Value>);

impl Parameters<'_> {
    pub fn text(&self, name: &str) -> Result<&str, ProtocolError> {
        self.optional_text(name)?.ok_or_else(|| ProtocolError::bad_request(format!("\"{name}\" is missing")))
    }

    pub fn optional_text(&self, name: &str) -> Result<Option<&str>, ProtocolError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ProtocolError::bad_request(format!("\"{name}\" is not a string"))),
        }
    }

    /// A whole number of at least one.
    pub fn count(&self, name: &str) -> Result<u64, ProtocolError> {
        match self.0.get(name).and_then(Value::as_u64) {
            Some(count) if count > 0 => Ok(count),
            _ => Err(ProtocolError::bad_request(format!("\"{name}\" is not a whole number above 0"))),
        }
    }

    pub fn optional_integers(&self, name: &str) -> Result<Option<Vec<u64>>, ProtocolError> {
        let fault = || ProtocolError::bad_request(format!("\"{name}\" is not a list of whole numbers"));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_u64().ok_or_else(fault)).collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(fault()),
        }
    }

    /// A list of objects; empty when absent.
    pub fn objects(&self, name: &str) -> Result<Vec<Parameters<'_>>, ProtocolError> {
        let fault = || ProtocolError::bad_request(format!("\"{name}\" is not a list of objects"));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_object().map(Parameters).ok_or_else(fault)).collect()
            }
            Some(_) => Err(fault()),
        }
    }

    /// A list of strings; empty when absent.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, ProtocolError> {
        let fault = || ProtocolError::bad_request(format!("\"{name}\" is not a list of strings"));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(fault)).collect()
            }
            Some(_) => Err(fault()),
        }
    }
}
