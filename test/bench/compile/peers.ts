/** Who compiles, and in which processes. */
export interface CompilePeer {
  readonly title: string;
  /** Flags of Node that its processes run with, beside those on threads. */
  readonly flags: readonly string[];
}

/** One thread, so that processor time and wall time mean the same; or as many as V8 takes, as its users have it. */
export const THREAD_FLAGS = { one: ['--single-threaded'], asFound: [] } as const satisfies Record<
  string,
  readonly string[]
>;
export type Threads = keyof typeof THREAD_FLAGS;

export const COMPILE_PEERS = {
  embedded: { title: 'ours', flags: [] },
  injection: { title: 'ours: fuel injection for the host executor', flags: [] },
  'v8-validate': { title: 'V8 WebAssembly.validate', flags: [] },
  'v8-liftoff': {
    title: 'V8 Liftoff, eager',
    flags: [
      '--liftoff',
      '--no-wasm-tier-up',
      '--no-wasm-lazy-compilation',
      '--no-wasm-native-module-cache-enabled',
    ],
  },
  polywasm: { title: 'polywasm: parse and text', flags: [] },
  wabt: { title: 'wabt: read and validate', flags: [] },
} as const satisfies Record<string, CompilePeer>;

/** Flags for a Node of that major version: V8 has since renamed one. */
export function peerFlags(peer: CompilePeerName, nodeMajor: number): string[] {
  return COMPILE_PEERS[peer].flags.map((flag) =>
    nodeMajor >= 22 && flag === '--no-wasm-native-module-cache-enabled'
      ? '--no-wasm-native-module-cache'
      : flag,
  );
}

export type CompilePeerName = keyof typeof COMPILE_PEERS;
export const COMPILE_PEER_NAMES = Object.keys(COMPILE_PEERS) as CompilePeerName[];
