/** Who compiles, and in which processes. */
export interface CompilePeer {
  readonly title: string;
  /** Flags of Node that its processes run with. */
  readonly flags: readonly string[];
}

/** One thread, so that processor time and wall time mean the same. */
const ONE_THREAD = ['--single-threaded'];

export const COMPILE_PEERS = {
  embedded: { title: 'ours', flags: ONE_THREAD },
  'v8-validate': { title: 'V8 WebAssembly.validate', flags: ONE_THREAD },
  'v8-liftoff': {
    title: 'V8 Liftoff, eager',
    flags: [
      '--liftoff',
      '--no-wasm-tier-up',
      '--no-wasm-lazy-compilation',
      '--no-wasm-native-module-cache-enabled',
      ...ONE_THREAD,
    ],
  },
  polywasm: { title: 'polywasm: parse and text', flags: ONE_THREAD },
  wabt: { title: 'wabt: read and validate', flags: ONE_THREAD },
} as const satisfies Record<string, CompilePeer>;

export type CompilePeerName = keyof typeof COMPILE_PEERS;
export const COMPILE_PEER_NAMES = Object.keys(COMPILE_PEERS) as CompilePeerName[];
