import type { FeatureName } from '@wasm-dyno/engine';
import { MODULE_HEAD, section, SectionCode, sized, type Bytes } from '@wasm-dyno/engine/operators';

const [I32, FUNCTION_TYPE] = [0x7f, 0x60];

function withSections(...sections: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...MODULE_HEAD, ...sections.flat()]);
}

/** A module with one function of type [] -> [] and these operators before its `end`. */
function withBody(...operators: Bytes): Uint8Array<ArrayBuffer> {
  return withSections(
    section(SectionCode.Type, [[FUNCTION_TYPE, 0, 0]]),
    section(SectionCode.Function, [[0]]),
    section(SectionCode.Code, [sized([0, ...operators, 0x0b])]),
  );
}

const ZERO = [0x41, 0x00];
const SPLAT = [...ZERO, 0xfd, 0x0f];
const DROP = 0x1a;

/** The smallest module that needs each feature that not every V8 has. */
const PROBES: readonly (readonly [FeatureName, Uint8Array<ArrayBuffer>])[] = [
  ['simd', withBody(...SPLAT, DROP)],
  ['relaxedSimd', withBody(...SPLAT, ...SPLAT, 0xfd, 0x80, 0x02, DROP)],
  ['tailCall', withBody(0x12, 0x00)],
  ['extendedConst', withSections(section(SectionCode.Global, [[I32, 0, ...ZERO, ...ZERO, 0x6a, 0x0b]]))],
  [
    'multiMemory',
    withSections(
      section(SectionCode.Memory, [
        [0, 0],
        [0, 0],
      ]),
    ),
  ],
  ['memory64', withSections(section(SectionCode.Memory, [[0x04, 0x00]]))],
];

/** In every V8 that node has had since version 16. */
const ALWAYS: readonly FeatureName[] = [
  'bulkMemory',
  'referenceTypes',
  'multiValue',
  'mutableGlobal',
  'saturatingFloatToInt',
  'signExtension',
];

/** What this process's V8 takes, with the flags it was started with. */
export function hostFeatures(): FeatureName[] {
  return [...ALWAYS, ...PROBES.filter(([, module]) => WebAssembly.validate(module)).map(([name]) => name)];
}
