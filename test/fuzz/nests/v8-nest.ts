import { type HostInstance, type HostMemory, WebAssembly } from '../host-web-assembly.js';
import { HostScript, type ScriptCaller } from './host-script.js';
import type { NestProgram } from './nest-program.js';

type Callable = (depth: number, value: number) => number;

/** A program's instances on the WebAssembly of this Node, which counts no fuel. */
export class V8Nest implements ScriptCaller {
  readonly script: HostScript;
  private readonly instances: HostInstance[] = [];

  constructor(program: NestProgram, seed: number) {
    this.script = new HostScript(seed, program.modules.length, 'none', () => this);
    const imports: Record<string, object> = {
      host: {
        call: (depth: number, value: number) => this.script.call(depth, value),
        wide: (depth: number, long: bigint, float: number) => this.script.wide(depth, long, float),
      },
    };
    program.modules.forEach((bytes, i) => {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
      imports[`m${i}`] = instance.exports;
      this.instances.push(instance);
    });
  }

  call(instance: number, name: string, depth: number, value: number): number {
    return (this.instances[instance]!.exports[name] as Callable)(depth, value);
  }

  callEmbedder(depth: number, value: number): number {
    return this.script.call(depth, value);
  }

  state(): number {
    let hash = 0;
    for (const { exports } of this.instances) {
      hash = Math.imul(hash ^ (exports['g'] as { value: number }).value, 0x0100_0193);
      const bytes = new Uint8Array((exports['memory'] as HostMemory).buffer, 0, 4096);
      for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
    }
    return hash >>> 0;
  }
}
