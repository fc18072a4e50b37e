//! One JSON object per line in, one out, until the input closes or `exit` comes.

use crate::block_watch::watched;
use crate::{
    clock_resolution_nanoseconds, memset, Arm, ArmPart, Granularity, LoadedModule, ModuleLayout, Parameters,
    PhaseRequest, ProtocolError, Target, Timing,
};
use serde_json::{json, Map, Value};
use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::rc::Rc;

const PROTOCOL_VERSION: u32 = 1;

/// Answers requests on standard input until it closes or `exit` comes.
pub fn serve(target: &mut dyn Target) -> io::Result<()> {
    let mut server = Server { target, modules: HashMap::new(), arms: HashMap::new() };
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let (answer, exits) = server.answer(&line);
        writeln!(output, "{answer}")?;
        output.flush()?;
        if exits {
            break;
        }
    }
    Ok(())
}

struct ArmEntry {
    arm: Box<dyn Arm>,
    started: bool,
}

struct Server<'a> {
    target: &'a mut dyn Target,
    modules: HashMap<String, Rc<LoadedModule>>,
    arms: HashMap<String, ArmEntry>,
}

impl Server<'_> {
    fn answer(&mut self, line: &str) -> (Value, bool) {
        let request: Value = match serde_json::from_str(line) {
            Ok(request) => request,
            Err(error) => return (error_answer(Value::Null, &ProtocolError::bad_request(error)), false),
        };
        let id = request.get("id").filter(|id| id.is_u64()).cloned().unwrap_or(Value::Null);
        let none = Map::new();
        let params = match request.get("params") {
            None => &none,
            Some(Value::Object(params)) => params,
            Some(_) => return (error_answer(id, &ProtocolError::bad_request("\"params\" is not an object")), false),
        };
        let Some(method) = request.get("method").and_then(Value::as_str) else {
            return (error_answer(id, &ProtocolError::bad_request("\"method\" is missing")), false);
        };
        if id.is_null() {
            return (error_answer(id, &ProtocolError::bad_request("\"id\" is not a whole number")), false);
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| self.handle(method, &Parameters(params))))
            .unwrap_or_else(|_| Err(ProtocolError::internal("the engine panicked; standard error tells where")));
        match outcome {
            Ok(result) => (json!({ "id": id, "result": result }), method == "exit"),
            Err(error) => (error_answer(id, &error), false),
        }
    }

    fn handle(&mut self, method: &str, params: &Parameters) -> Result<Value, ProtocolError> {
        match method {
            "describe" => Ok(self.describe()),
            "load" => self.load(params),
            "arm" => self.arm(params),
            "block" => self.block(params),
            "curve" => self.curve(params),
            "invoke" => self.invoke(params),
            "charge" => self.charge(params),
            "exit" => Ok(json!({})),
            _ => Err(ProtocolError::unsupported(format!("no method \"{method}\""))),
        }
    }

    fn describe(&self) -> Value {
        let mut description = json!({ "protocol": PROTOCOL_VERSION });
        if let (Value::Object(whole), Value::Object(engine)) = (&mut description, self.target.describe()) {
            whole.extend(engine);
            whole.insert("combinesModules".into(), json!(self.target.combines_modules()));
            whole.insert("memset".into(), memset::kernels());
            whole.insert(
                "clock".into(),
                json!({ "name": "std::time::Instant", "resolutionNanoseconds": clock_resolution_nanoseconds() }),
            );
        }
        description
    }

    fn load(&mut self, params: &Parameters) -> Result<Value, ProtocolError> {
        let name = params.text("module")?.to_owned();
        let path = params.text("path")?;
        let mode = params.optional_text("mode")?.map(str::to_owned);
        let bytes = std::fs::read(path).map_err(|error| ProtocolError::bad_request(format!("{path}: {error}")))?;
        let layout = ModuleLayout::of(&bytes)?;
        let module = LoadedModule { name: name.clone(), bytes, layout, mode };
        self.target.load(&module)?;
        let functions: Vec<Value> =
            module.layout.bodies.iter().map(|body| json!({ "index": body.index, "bodyBytes": body.bytes() })).collect();
        let answer = json!({
            "moduleBytes": module.bytes.len(),
            "bodyBytes": module.layout.body_bytes(),
            "functions": functions,
        });
        self.modules.insert(name, Rc::new(module));
        Ok(answer)
    }

    fn module(&self, params: &Parameters) -> Result<Rc<LoadedModule>, ProtocolError> {
        let name = params.text("module")?;
        self.modules
            .get(name)
            .cloned()
            .ok_or_else(|| ProtocolError::bad_request(format!("module \"{name}\" is not loaded")))
    }

    /// The listed functions, each of which the module has to define.
    fn functions(params: &Parameters, module: &LoadedModule) -> Result<Option<Vec<u32>>, ProtocolError> {
        let Some(listed) = params.optional_integers("functions")? else { return Ok(None) };
        if listed.is_empty() {
            return Err(ProtocolError::bad_request("\"functions\" is empty; leave it out for all"));
        }
        listed
            .into_iter()
            .map(|index| {
                u32::try_from(index)
                    .ok()
                    .filter(|&index| module.layout.body(index).is_some())
                    .ok_or_else(|| ProtocolError::bad_request(format!("the module defines no function {index}")))
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn part(&self, params: &Parameters) -> Result<ArmPart, ProtocolError> {
        let module = self.module(params)?;
        let functions = Self::functions(params, &module)?;
        Ok(ArmPart { module, functions })
    }

    fn arm(&mut self, params: &Parameters) -> Result<Value, ProtocolError> {
        let name = params.text("arm")?.to_owned();
        let arm = match params.text("kind")? {
            "phase" => {
                let mut parts = vec![self.part(params)?];
                for part in params.objects("parts")? {
                    parts.push(self.part(&part)?);
                }
                if parts.len() > 1 && !self.target.combines_modules() {
                    return Err(ProtocolError::unsupported("an arm of this target takes one module"));
                }
                self.target.arm(PhaseRequest {
                    phase: params.text("phase")?.to_owned(),
                    parts,
                    export: params.optional_text("export")?.map(str::to_owned),
                    arguments: params.texts("arguments")?,
                })?
            }
            "memset" => {
                let sizes = params
                    .optional_integers("sizes")?
                    .ok_or_else(|| ProtocolError::bad_request("\"sizes\" is missing"))?;
                memset::arm(params.text("kernel")?, params.text("regime")?, &sizes)?
            }
            kind => return Err(ProtocolError::bad_request(format!("no kind \"{kind}\" of arm"))),
        };
        let granularity = match arm.granularity() {
            Granularity::Function => "function",
            Granularity::Module => "module",
        };
        let mut answer = json!({ "bytesPerCall": arm.bytes_per_call(), "granularity": granularity });
        if let Some(method) = arm.method() {
            answer["method"] = json!(method);
        }
        self.arms.insert(name, ArmEntry { arm, started: false });
        Ok(answer)
    }

    fn entry(&mut self, params: &Parameters) -> Result<&mut ArmEntry, ProtocolError> {
        let name = params.text("arm")?;
        self.arms.get_mut(name).ok_or_else(|| ProtocolError::bad_request(format!("there is no arm \"{name}\"")))
    }

    fn block(&mut self, params: &Parameters) -> Result<Value, ProtocolError> {
        let calls = params.count("calls")?;
        let entry = self.entry(params)?;
        entry.started = true;
        let (timing, seen) = watched(|| entry.arm.run(calls));
        let Timing { nanoseconds, overhead_nanoseconds, fuel } = timing?;
        let mut answer = json!({
            "calls": calls,
            "nanoseconds": nanoseconds,
            "bytes": calls * entry.arm.bytes_per_call(),
            "overheadNanoseconds": overhead_nanoseconds,
        });
        if let Some(fuel) = fuel {
            answer["fuel"] = json!(fuel.to_string());
        }
        if let Value::Object(answer) = &mut answer {
            answer.extend(seen);
        }
        Ok(answer)
    }

    fn curve(&mut self, params: &Parameters) -> Result<Value, ProtocolError> {
        let calls = params.count("calls")?;
        let stops = params.optional_integers("stops")?;
        let entry = self.entry(params)?;
        if let Some(stops) = stops {
            entry.started = true;
            // What does not fit is too far.
            let stops: Vec<usize> = stops.into_iter().map(|stop| usize::try_from(stop).unwrap_or(usize::MAX)).collect();
            return Ok(json!({ "nanoseconds": entry.arm.stretches(&stops)? }));
        }
        if entry.started {
            return Err(ProtocolError::bad_request("the arm has run: its first calls are past"));
        }
        entry.started = true;
        let nanoseconds =
            (0..calls).map(|_| entry.arm.run(1).map(|timing| timing.nanoseconds)).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "nanoseconds": nanoseconds }))
    }

    fn invoke(&mut self, params: &Parameters) -> Result<Value, ProtocolError> {
        let module = self.module(params)?;
        let invocation = self.target.invoke(&module, params.text("export")?, &params.texts("arguments")?)?;
        let mut answer = json!({ "results": invocation.results });
        if let Some(fuel) = invocation.fuel {
            answer["fuel"] = json!(fuel.to_string());
        }
        Ok(answer)
    }

    fn charge(&mut self, params: &Parameters) -> Result<Value, ProtocolError> {
        let module = self.module(params)?;
        let functions = module.selected(Self::functions(params, &module)?.as_deref());
        let charges: Vec<Value> = self
            .target
            .charge(&module, params.text("mode")?, &functions)?
            .iter()
            .map(|charge| {
                json!({
                    "index": charge.index,
                    "bodyBytes": module.layout.body(charge.index).map_or(0, |body| body.bytes()),
                    "fuel": charge.fuel.to_string(),
                })
            })
            .collect();
        Ok(json!({ "charges": charges }))
    }
}

fn error_answer(id: Value, error: &ProtocolError) -> Value {
    let mut body = json!({ "code": error.code(), "message": error.message() });
    if let Some(offset) = error.offset() {
        body["offset"] = json!(offset);
    }
    json!({ "id": id, "error": body })
}
