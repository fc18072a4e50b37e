// A fresh process that does the work of one shape in all sizes, on one executor.
import { answer, workerRequest } from '../worker-request.js';
import { ADDITION_LOOP } from './execution-shapes.js';
import type { PaidWork } from './shape.js';
import { UNPAID_SHAPES, type UnpaidAnswer, type UnpaidPoint, type UnpaidRequest } from './unpaid-request.js';

const WARM_UPS = 3;

const { shape, executor, nanosecondsPerSize } = workerRequest<UnpaidRequest>();
const addition = await measured(ADDITION_LOOP.sizes[0]!, (size) =>
  ADDITION_LOOP.prepare(size, 'interpreter'),
);
const points: UnpaidPoint[] = [];
for (const size of UNPAID_SHAPES[shape]!.sizes) {
  points.push(await measured(size, () => UNPAID_SHAPES[shape]!.prepare(size, executor)));
}
answer({
  nanosecondsPerFuelOfAddition: addition.nanoseconds / addition.fuel,
  points,
} satisfies UnpaidAnswer);

async function measured(size: number, prepare: (size: number) => Promise<PaidWork>): Promise<UnpaidPoint> {
  let work: PaidWork;
  try {
    work = await prepare(size);
  } catch (error) {
    return { size, nanoseconds: 0, fuel: 0, refused: String(error) };
  }
  const times: number[] = [];
  const fuels: number[] = [];
  for (let spent = 0, round = 0; spent < nanosecondsPerSize || times.length < 2; round++) {
    const start = process.hrtime.bigint();
    const fuel = Number(work());
    const nanoseconds = Number(process.hrtime.bigint() - start);
    spent += nanoseconds;
    // A work that takes long is not warmed up.
    if (round < WARM_UPS && spent < nanosecondsPerSize) continue;
    times.push(nanoseconds);
    fuels.push(fuel);
  }
  return { size, nanoseconds: median(times), fuel: median(fuels) };
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1]!;
}
