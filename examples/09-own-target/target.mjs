// A target: one engine, one clock, and the loops. It reads a JSON request a line and answers a JSON line. docs/target-protocol.md has
// every message. This one measures how long V8 takes to validate a module, beside `Buffer.fill` as its memset.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What a request ends with that cannot be done; `code` is one of the protocol's. */
class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const modules = new Map();
const arms = new Map();

const methods = {
  /** What this target can do. The harness asks for nothing else. */
  describe: () => ({
    protocol: 1,
    engine: 'example-v8',
    version: process.versions.v8,
    flags: process.execArgv,
    features: [],
    phases: ['validate'],
    executes: false,
    memset: [{ kernel: 'buffer-fill', regimes: ['hot'] }],
    clock: { name: 'process.hrtime', resolutionNanoseconds: 1 },
    fuel: null,
  }),

  load({ module, path }) {
    const bytes = readModule(path);
    if (!WebAssembly.validate(bytes)) throw new Refusal('invalid-module', 'V8 refuses the module');
    const bodyBytes = codeSectionBodyBytes(bytes);
    modules.set(module, { bytes, bodyBytes });
    // An engine that cannot tell functions apart lists none: whole modules are measured.
    return { moduleBytes: bytes.length, bodyBytes, functions: [] };
  },

  /** Prepares what blocks will time. `work` is called with the number of the call. */
  arm(request) {
    if (request.kind !== 'phase' && request.kind !== 'memset') throw new Refusal('bad-request', 'kind');
    const arm = request.kind === 'phase' ? validateArm(request) : memsetArm(request);
    arms.set(request.arm, arm);
    const granularity = request.kind === 'phase' ? 'module' : 'function';
    return { bytesPerCall: arm.bytesPerCall, granularity };
  },

  /** Times many calls as one. */
  block({ arm: name, calls }) {
    const arm = armNamed(name);
    if (!Number.isInteger(calls) || calls < 1)
      throw new Refusal('bad-request', 'calls is a number from 1 on');
    return { calls, nanoseconds: timed(arm, calls), bytes: calls * arm.bytesPerCall };
  },

  /** Times each call by itself: the warm-up curve. */
  curve: ({ arm: name, calls }) => {
    const arm = armNamed(name);
    return { nanoseconds: Array.from({ length: calls }, () => timed(arm, 1)) };
  },

  exit: () => ({}),
};

function validateArm({ phase, module: name, functions }) {
  if (phase !== 'validate') throw new Refusal('unsupported', `phase ${phase}`);
  if (functions !== undefined) throw new Refusal('unsupported', 'V8 validates whole modules');
  const module = modules.get(name);
  if (module === undefined) throw new Refusal('bad-request', `no module ${name} is loaded`);
  return { bytesPerCall: module.bodyBytes, work: () => WebAssembly.validate(module.bytes) };
}

/** The baseline: one call fills every size once. */
function memsetArm({ kernel, regime, sizes }) {
  if (kernel !== 'buffer-fill' || regime !== 'hot') throw new Refusal('unsupported', `${kernel}, ${regime}`);
  const isSize = (size) => Number.isInteger(size) && size >= 0;
  if (!Array.isArray(sizes) || sizes.length === 0 || !sizes.every(isSize)) {
    throw new Refusal('bad-request', 'sizes is a list of numbers of bytes');
  }
  const buffer = Buffer.alloc(Math.max(...sizes), 1);
  const work = (call) => {
    for (const size of sizes) buffer.fill(call & 255, 0, size);
  };
  return { bytesPerCall: sizes.reduce((sum, size) => sum + size, 0), work };
}

function armNamed(name) {
  const arm = arms.get(name);
  if (arm === undefined) throw new Refusal('bad-request', `no arm ${name} is prepared`);
  return arm;
}

function timed(arm, calls) {
  const begin = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) arm.work(call);
  return Number(process.hrtime.bigint() - begin);
}

function readModule(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Refusal('bad-request', error.message);
  }
}

/** Bytes of all bodies, without their size fields: what the protocol counts. */
function codeSectionBodyBytes(bytes) {
  let at = 8;
  const unsigned = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  let total = 0;
  while (at < bytes.length) {
    const id = bytes[at++];
    const end = unsigned() + at;
    for (let count = id === 10 ? unsigned() : 0; count > 0; count--) {
      const bodyBytes = unsigned();
      total += bodyBytes;
      at += bodyBytes;
    }
    at = end;
  }
  return total;
}

for await (const line of createInterface({ input: process.stdin })) {
  let id = null;
  let isExit = false;
  let answer;
  try {
    const request = JSON.parse(line);
    if (!Number.isInteger(request?.id)) throw new Refusal('bad-request', 'a request has an id');
    ({ id } = request);
    if (!Object.hasOwn(methods, request.method)) throw new Refusal('unsupported', `method ${request.method}`);
    answer = { id, result: methods[request.method](request.params ?? {}) };
    isExit = request.method === 'exit';
  } catch (error) {
    // Errors are answered, and the target lives on.
    const code = error instanceof Refusal ? error.code : 'bad-request';
    answer = { id, error: { code, message: error.message } };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  if (isExit) break;
}
process.exit(0);
