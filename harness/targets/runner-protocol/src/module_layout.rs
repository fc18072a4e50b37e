//! Which functions a module defines, and how long their bodies are.

use crate::ProtocolError;
use std::ops::Range;
use wasmparser::{BinaryReaderError, Encoding, Parser, Payload, TypeRef};

/// One function body: `range` begins after the body's size field, as the specification counts a code entry.
#[derive(Debug, Clone)]
pub struct FunctionBody {
    /// Imported functions are counted first.
    pub index: u32,
    pub range: Range<usize>,
}

impl FunctionBody {
    pub fn bytes(&self) -> usize {
        self.range.len()
    }
}

/// Where the functions of a module lie.
#[derive(Debug, Clone)]
pub struct ModuleLayout {
    pub imported_functions: u32,
    pub bodies: Vec<FunctionBody>,
}

impl ModuleLayout {
    pub fn of(module: &[u8]) -> Result<Self, ProtocolError> {
        let mut imported_functions = 0;
        let mut bodies = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            match payload.map_err(malformed)? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if matches!(import.map_err(malformed)?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                            imported_functions += 1;
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body.range()),
                Payload::Version { encoding: Encoding::Component, .. } => {
                    return Err(ProtocolError::invalid_module("a component is not a core module"));
                }
                _ => {}
            }
        }
        let bodies = (imported_functions..).zip(bodies).map(|(index, range)| FunctionBody { index, range }).collect();
        Ok(Self { imported_functions, bodies })
    }

    pub fn body(&self, index: u32) -> Option<&FunctionBody> {
        self.bodies.get(index.checked_sub(self.imported_functions)? as usize)
    }

    pub fn body_bytes(&self) -> u64 {
        self.bodies.iter().map(|body| body.bytes() as u64).sum()
    }
}

/// What the module reader stumbled over, as the protocol tells it.
pub fn malformed(error: BinaryReaderError) -> ProtocolError {
    ProtocolError::InvalidModule { message: error.message().to_owned(), offset: Some(error.offset() as u64) }
}
