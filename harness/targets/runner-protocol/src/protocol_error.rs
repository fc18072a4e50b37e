//! The errors a target answers with; it lives on after each of them.

use std::fmt;

/// The code of an error answer, with what a person reads beside it.
#[derive(Debug)]
pub enum ProtocolError {
    BadRequest(String),
    Unsupported(String),
    InvalidModule { message: String, offset: Option<u64> },
    Trap(String),
    Internal(String),
}

impl ProtocolError {
    pub fn bad_request(message: impl fmt::Display) -> Self {
        Self::BadRequest(message.to_string())
    }

    pub fn no_such_export(name: &str) -> Self {
        Self::bad_request(format!("the module exports no function \"{name}\""))
    }

    pub fn unsupported(message: impl fmt::Display) -> Self {
        Self::Unsupported(message.to_string())
    }

    pub fn invalid_module(message: impl fmt::Display) -> Self {
        Self::InvalidModule { message: message.to_string(), offset: None }
    }

    pub fn trap(message: impl fmt::Display) -> Self {
        Self::Trap(message.to_string())
    }

    pub fn internal(message: impl fmt::Display) -> Self {
        Self::Internal(message.to_string())
    }

    /// The code as the protocol spells it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "bad-request",
            Self::Unsupported(_) => "unsupported",
            Self::InvalidModule { .. } => "invalid-module",
            Self::Trap(_) => "trap",
            Self::Internal(_) => "internal",
        }
    }

    pub fn message(&self) -> &str {
        match self {
            Self::BadRequest(message)
            | Self::Unsupported(message)
            | Self::InvalidModule { message, .. }
            | Self::Trap(message)
            | Self::Internal(message) => message,
        }
    }

    /// Where in the module the engine found the fault, in bytes from its start.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::InvalidModule { offset, .. } => *offset,
            _ => None,
        }
    }
}
