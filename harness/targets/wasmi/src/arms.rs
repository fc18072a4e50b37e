//! One arm per phase. Whatever a call needs made beforehand is made, and dropped, outside the laps of the stopwatch.

use crate::engine_variant::{fresh_engine, invalid_module, new_unchecked};
use crate::functions_by_index::{Callee, FirstCallCompiling, FreshInstance, FunctionsByIndex};
use runner_protocol::{
    black_box_drop, stretches_to, Arm, ArmPart, Granularity, GroupedFunctions, LoadedModule, ProtocolError, Stopwatch,
    Timing,
};
use std::hint::black_box;
use std::ops::Range;
use std::rc::Rc;
use wasmi::CompilationMode;
use wasmparser::{
    BinaryReader, BinaryReaderError, FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, ValidPayload,
    Validator, ValidatorResources,
};

/// A fresh engine for each call and `Module::new_unchecked` in lazy mode: sections are decoded, bodies are copied unread.
pub struct Parse {
    pub modules: Vec<Rc<LoadedModule>>,
    pub consumes_fuel: bool,
}

impl Arm for Parse {
    fn bytes_per_call(&self) -> u64 {
        self.modules.iter().map(|module| module.bytes.len() as u64).sum()
    }

    fn granularity(&self) -> Granularity {
        Granularity::Module
    }

    fn method(&self) -> Option<&'static str> {
        Some("Module::new_unchecked, CompilationMode::Lazy")
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let mut stopwatch = Stopwatch::new();
        for _ in 0..calls {
            self.parse(&self.modules, &mut stopwatch)?;
        }
        Ok(Timing::of(&stopwatch))
    }

    fn stretches(&mut self, stops: &[usize]) -> Result<Vec<u64>, ProtocolError> {
        let timed = |range: Range<usize>| {
            let mut stopwatch = Stopwatch::new();
            self.parse(&self.modules[range], &mut stopwatch)?;
            Ok(Timing::of(&stopwatch).nanoseconds)
        };
        stretches_to(stops, self.modules.len())?.into_iter().map(timed).collect()
    }
}

impl Parse {
    fn parse(&self, modules: &[Rc<LoadedModule>], stopwatch: &mut Stopwatch) -> Result<(), ProtocolError> {
        for module in modules {
            let engine = fresh_engine(CompilationMode::Lazy, self.consumes_fuel);
            let parsed = stopwatch.lap(|| new_unchecked(&engine, black_box(&module.bytes)));
            black_box_drop(parsed.map_err(invalid_module)?);
        }
        Ok(())
    }
}

/// The loop `Module::validate` runs over the bodies, on the listed ones, with the same validator.
pub struct Validate {
    parts: Vec<ValidatedPart>,
    /// `(part, place within it)` of each function, as they were asked for.
    order: Vec<(usize, usize)>,
}

/// The functions of one module, its module-level validation done.
struct ValidatedPart {
    module: Rc<LoadedModule>,
    body_bytes: u64,
    resources: ValidatorResources,
    functions: Vec<(FuncToValidate<()>, Range<usize>)>,
}

impl Validate {
    pub fn new(parts: &[ArmPart]) -> Result<Self, ProtocolError> {
        let GroupedFunctions { parts, order } = GroupedFunctions::of(parts);
        Ok(Self { parts: parts.iter().map(ValidatedPart::new).collect::<Result<_, _>>()?, order })
    }
}

impl ValidatedPart {
    fn new(part: &ArmPart) -> Result<Self, ProtocolError> {
        let malformed = |fault: BinaryReaderError| ProtocolError::InvalidModule {
            message: fault.message().to_owned(),
            offset: Some(fault.offset() as u64),
        };
        let module = Rc::clone(&part.module);
        let mut validator = Validator::new_with_features(validated_features());
        let mut all = Vec::new();
        for payload in Parser::new(0).parse_all(&module.bytes) {
            let payload = payload.map_err(malformed)?;
            if let ValidPayload::Func(function, body) = validator.payload(&payload).map_err(malformed)? {
                all.push((function, body.range()));
            }
        }
        let indices = part.indices();
        let functions = indices
            .iter()
            .map(|&index| {
                let (FuncToValidate { index, ty, features, .. }, range) =
                    &all[(index - module.layout.imported_functions) as usize];
                (FuncToValidate { resources: (), index: *index, ty: *ty, features: *features }, range.clone())
            })
            .collect();
        let resources = all
            .into_iter()
            .next()
            .map(|(function, _)| function.resources)
            .ok_or_else(|| ProtocolError::unsupported("the module defines no function"))?;
        Ok(Self { body_bytes: module.body_bytes_of(&indices), module, resources, functions })
    }

    fn validate(&self) -> Result<(), BinaryReaderError> {
        self.functions.iter().try_for_each(|function| self.validate_one(function))
    }

    #[inline(always)]
    fn validate_one(&self, (function, range): &(FuncToValidate<()>, Range<usize>)) -> Result<(), BinaryReaderError> {
        let body = black_box(&self.module.bytes[range.clone()]);
        let body = FunctionBody::new(BinaryReader::new(body, range.start));
        let &FuncToValidate { index, ty, features, .. } = function;
        FuncToValidate { resources: &self.resources, index, ty, features }
            .into_validator(FuncValidatorAllocations::default())
            .validate(&body)
    }
}

/// The features `wasmi::Config::default` switches on with this build's crate features.
pub fn validated_features() -> wasmparser::WasmFeatures {
    use wasmparser::WasmFeatures as F;
    F::MUTABLE_GLOBAL
        | F::MULTI_VALUE
        | F::MULTI_MEMORY
        | F::SATURATING_FLOAT_TO_INT
        | F::SIGN_EXTENSION
        | F::BULK_MEMORY
        | F::REFERENCE_TYPES
        | F::GC_TYPES
        | F::TAIL_CALL
        | F::EXTENDED_CONST
        | F::FLOATS
        | F::MEMORY64
        | F::SIMD
        | F::RELAXED_SIMD
}

impl Arm for Validate {
    fn bytes_per_call(&self) -> u64 {
        self.parts.iter().map(|part| part.body_bytes).sum()
    }

    fn granularity(&self) -> Granularity {
        Granularity::Function
    }

    fn method(&self) -> Option<&'static str> {
        Some("the body loop of Module::validate")
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let mut stopwatch = Stopwatch::new();
        stopwatch
            .lap(|| (0..calls).try_for_each(|_| self.parts.iter().try_for_each(ValidatedPart::validate)))
            .map_err(|fault| ProtocolError::internal(fault.message()))?;
        Ok(Timing::of(&stopwatch))
    }

    fn stretches(&mut self, stops: &[usize]) -> Result<Vec<u64>, ProtocolError> {
        let validated = |&(part, place): &(usize, usize)| {
            let part = &self.parts[part];
            part.validate_one(&part.functions[place])
        };
        let timed = |range: Range<usize>| {
            let mut stopwatch = Stopwatch::new();
            stopwatch
                .lap(|| self.order[range].iter().try_for_each(validated))
                .map_err(|fault| ProtocolError::internal(fault.message()))?;
            Ok(Timing::of(&stopwatch).nanoseconds)
        };
        stretches_to(stops, self.order.len())?.into_iter().map(timed).collect()
    }
}

/// Translation of a whole module: unchecked eager less unchecked lazy, each in a fresh engine, in turns within the block.
pub struct TranslateModule {
    pub module: Rc<LoadedModule>,
    pub consumes_fuel: bool,
}

impl TranslateModule {
    fn lap(&self, stopwatch: &mut Stopwatch, mode: CompilationMode) -> Result<(), ProtocolError> {
        let engine = fresh_engine(mode, self.consumes_fuel);
        let module = stopwatch.lap(|| new_unchecked(&engine, black_box(&self.module.bytes)));
        black_box_drop(module.map_err(invalid_module)?);
        Ok(())
    }
}

impl Arm for TranslateModule {
    fn bytes_per_call(&self) -> u64 {
        self.module.layout.body_bytes()
    }

    fn granularity(&self) -> Granularity {
        Granularity::Function
    }

    fn method(&self) -> Option<&'static str> {
        Some("Module::new_unchecked, CompilationMode::Eager less CompilationMode::Lazy")
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let (mut eager, mut lazy) = (Stopwatch::new(), Stopwatch::new());
        for call in 0..calls {
            if call % 2 == 0 {
                self.lap(&mut eager, CompilationMode::Eager)?;
                self.lap(&mut lazy, CompilationMode::Lazy)?;
            } else {
                self.lap(&mut lazy, CompilationMode::Lazy)?;
                self.lap(&mut eager, CompilationMode::Eager)?;
            }
        }
        Ok(Timing::with_overhead(eager.nanoseconds(), lazy.nanoseconds()))
    }
}

/// First calls of the listed functions, each with fuel for compiling and none for running.
pub struct FirstCall {
    parts: Vec<FirstCallPart>,
    /// `(part, place within it)` of each function, as they were asked for.
    order: Vec<(usize, usize)>,
    bytes_per_call: u64,
    /// Whether a second call of each function, which finds it compiled, is timed and taken off.
    less_second_call: bool,
}

struct FirstCallPart {
    functions: FunctionsByIndex,
    compile_fuel: Vec<u64>,
    no_fuel: Vec<u64>,
    /// Kept from call to call until all its copies of the functions have been called.
    instance: Option<FreshInstance>,
}

impl FirstCall {
    pub fn new(
        parts: &[ArmPart],
        compiling: FirstCallCompiling,
        less_second_call: bool,
    ) -> Result<Self, ProtocolError> {
        let GroupedFunctions { parts, order } = GroupedFunctions::of(parts);
        let bytes_per_call = parts.iter().map(|part| part.module.body_bytes_of(&part.indices())).sum();
        let parts = parts
            .iter()
            .map(|part| {
                let functions = FunctionsByIndex::new(&part.module, part.indices(), compiling)?;
                let compile_fuel = functions.compile_fuel()?;
                Ok(FirstCallPart { no_fuel: vec![0; compile_fuel.len()], functions, compile_fuel, instance: None })
            })
            .collect::<Result<_, ProtocolError>>()?;
        Ok(Self { parts, order, bytes_per_call, less_second_call })
    }
}

/// One uncalled copy of the functions and the instance it is in, which is made anew when it has none left.
fn uncalled_copy<'a>(
    functions: &FunctionsByIndex,
    kept: &'a mut Option<FreshInstance>,
) -> Result<(&'a mut FreshInstance, Vec<Callee>), ProtocolError> {
    if kept.as_ref().map_or(true, |instance| instance.uncalled.is_empty()) {
        // The old engine goes first, so that the allocator can use its memory again.
        *kept = None;
        *kept = Some(functions.fresh_instance()?);
    }
    let instance = kept.as_mut().expect("made above");
    let callees = instance.uncalled.pop().expect("an instance has at least one copy");
    Ok((instance, callees))
}

fn call_each(instance: &mut FreshInstance, callees: &mut [Callee], fuel: &[u64]) -> Result<(), ProtocolError> {
    callees.iter_mut().zip(fuel).try_for_each(|(callee, &fuel)| callee.compile_only(&mut instance.store, fuel))
}

impl Arm for FirstCall {
    fn bytes_per_call(&self) -> u64 {
        self.bytes_per_call
    }

    fn granularity(&self) -> Granularity {
        Granularity::Function
    }

    fn method(&self) -> Option<&'static str> {
        Some(if self.less_second_call {
            "first call of an unchecked lazy module less a second call, both out of fuel on entry"
        } else {
            "first call, out of fuel on entry"
        })
    }

    fn run(&mut self, calls: u64) -> Result<Timing, ProtocolError> {
        let (mut first, mut second) = (Stopwatch::new(), Stopwatch::new());
        for _ in 0..calls {
            for part in &mut self.parts {
                let FirstCallPart { functions, compile_fuel, no_fuel, instance } = part;
                let (instance, mut callees) = uncalled_copy(functions, instance)?;
                first.lap(|| call_each(instance, &mut callees, compile_fuel))?;
                if self.less_second_call {
                    second.lap(|| call_each(instance, &mut callees, no_fuel))?;
                }
            }
        }
        let mut timing = self.timing(&first, &second);
        let fuel_per_call: u64 = self.parts.iter().flat_map(|part| &part.compile_fuel).sum();
        timing.fuel = Some(calls * fuel_per_call);
        Ok(timing)
    }

    fn stretches(&mut self, stops: &[usize]) -> Result<Vec<u64>, ProtocolError> {
        let stretches = stretches_to(stops, self.order.len())?;
        let order = &self.order;
        let mut calling = self.parts.iter_mut().map(CalledPart::new).collect::<Result<Vec<_>, _>>()?;
        let mut laps = |compiles: bool| -> Result<Vec<Stopwatch>, ProtocolError> {
            let timed = |range: &Range<usize>| {
                let places = &order[range.clone()];
                let mut stopwatch = Stopwatch::new();
                stopwatch.lap(|| places.iter().try_for_each(|&(part, place)| calling[part].call(place, compiles)))?;
                Ok(stopwatch)
            };
            stretches.iter().map(timed).collect()
        };
        let first = laps(true)?;
        let second = if self.less_second_call { laps(false)? } else { vec![Stopwatch::new(); first.len()] };
        Ok(first.iter().zip(&second).map(|(first, second)| self.timing(first, second).nanoseconds).collect())
    }
}

impl FirstCall {
    fn timing(&self, first: &Stopwatch, second: &Stopwatch) -> Timing {
        if self.less_second_call {
            return Timing::with_overhead(first.nanoseconds(), second.nanoseconds());
        }
        Timing::of(first)
    }
}

/// Functions of a part that were never called, in their instance.
struct CalledPart<'a> {
    instance: &'a mut FreshInstance,
    callees: Vec<Callee>,
    compile_fuel: &'a [u64],
    no_fuel: &'a [u64],
}

impl<'a> CalledPart<'a> {
    fn new(
        FirstCallPart { functions, compile_fuel, no_fuel, instance }: &'a mut FirstCallPart,
    ) -> Result<Self, ProtocolError> {
        let (instance, callees) = uncalled_copy(functions, instance)?;
        Ok(Self { instance, callees, compile_fuel, no_fuel })
    }

    #[inline(always)]
    fn call(&mut self, place: usize, compiles: bool) -> Result<(), ProtocolError> {
        let fuel = if compiles { self.compile_fuel } else { self.no_fuel };
        self.callees[place].compile_only(&mut self.instance.store, fuel[place])
    }
}
