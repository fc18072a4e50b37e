import { name, nullable, positiveCount, SHORT_DIGEST, text, type Recorded } from './schema-parts.js';
import * as Type from './type.js';

const bytesOrNull = () => nullable(positiveCount());

/** The machine that something was measured on. */
export const MACHINE = Type.Object({
  id: Type.String({
    ...SHORT_DIGEST,
    description:
      '64-bit FNV-1a of the fields that bind: CPU model, family, model number and stepping, L1 data and L2 cache of a core, architecture, logical cores, platform, Node major version, first two numbers of the V8 version.',
  }),
  cpuModel: text(),
  cpuFamily: nullable(Type.String(), "The maker's number: x86 family, ARM implementer; null where not told."),
  cpuModelNumber: nullable(Type.String(), 'x86 model, ARM part.'),
  cpuStepping: nullable(Type.String(), 'x86 stepping, ARM variant and revision.'),
  arch: name(),
  platform: name(),
  logicalCores: positiveCount(),
  physicalCores: nullable(positiveCount()),
  l1dBytes: nullable(positiveCount(), 'Of one core.'),
  l2Bytes: nullable(positiveCount(), 'Of one core.'),
  l3Bytes: bytesOrNull(),
  memoryBytes: positiveCount(),
  osRelease: text(),
  nodeVersion: name(),
  v8Version: name(),
  virtualisation: nullable(Type.String(), 'For example kvm; null where none was found.'),
  governor: nullable(Type.String(), 'Frequency governor; null where not readable.'),
});

export type RecordedMachine = Recorded<typeof MACHINE>;
