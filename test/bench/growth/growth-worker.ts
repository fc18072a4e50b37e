// A fresh process that compiles one family's modules in all sizes.
import { answer, workerRequest } from '../worker-request.js';
import { embeddedPass } from '../compile/passes.js';
import { GROWTH_FAMILIES } from './families.js';
import { GROWTH_PHASES, type GrowthAnswer, type GrowthPoint, type GrowthRequest } from './growth-request.js';

const { family, nanosecondsPerSize } = workerRequest<GrowthRequest>();
const { sizes, build } = GROWTH_FAMILIES[family]!;
const modules = sizes.map((size) => ({ size, bytes: build(size) }));
// Twice over: sizes that came while V8 was still optimising get a second chance.
const rounds = [0, 1].map(() => modules.map(({ size, bytes }) => measure(size, bytes)));
answer({
  points: modules.map((_, position) => quickest(rounds.map((points) => points[position]!))),
} satisfies GrowthAnswer);

function measure(size: number, bytes: Uint8Array): GrowthPoint {
  const passes: GrowthPoint[] = [];
  for (let spent = 0; spent < nanosecondsPerSize / 2 || passes.length < 2;) {
    const { pass, irBytes } = embeddedPass(bytes);
    const nanoseconds = {
      parse: pass['parse']!.cpuNanoseconds,
      validate: pass['validate']!.cpuNanoseconds,
      translate: pass['translate']!.cpuNanoseconds,
    };
    spent += nanoseconds.parse + nanoseconds.validate + nanoseconds.translate;
    passes.push({ size, moduleBytes: bytes.length, irBytes: irBytes ?? 0, nanoseconds });
  }
  return quickest(passes);
}

function quickest(points: readonly GrowthPoint[]): GrowthPoint {
  const nanoseconds = Object.fromEntries(
    GROWTH_PHASES.map((phase) => [phase, Math.min(...points.map((point) => point.nanoseconds[phase]))]),
  ) as GrowthPoint['nanoseconds'];
  return { ...points[0]!, nanoseconds };
}
