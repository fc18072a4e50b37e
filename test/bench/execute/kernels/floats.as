// Arithmetic on f64.

/** Iterations that the points of a square of `size` by `size` take to leave the Mandelbrot set. */
export function mandelbrot(size: i32): i32 {
  let sum = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const cr = -2.0 + (2.5 * column) / size;
      const ci = -1.25 + (2.5 * row) / size;
      let zr = 0.0;
      let zi = 0.0;
      let iterations = 0;
      while (iterations < 100) {
        const rr = zr * zr;
        const ii = zi * zi;
        if (rr + ii > 4.0) break;
        zi = 2.0 * zr * zi + ci;
        zr = rr - ii + cr;
        iterations++;
      }
      sum += iterations;
    }
  }
  return sum;
}

// Bodies of position, velocity and mass: 7 numbers each.
const BODIES: usize = memory.data<f64>([
  0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47841760435743,
  4.841431442464721, -1.1603200440274284, -0.10362204447112311,
  0.606326392995832, 2.81198684491626, -0.02521836165988763, 0.03769367487038949,
  8.34336671824458, 4.124798564124305, -0.4035234171143214,
  -1.0107743461787924, 1.8256623712304119, 0.008415761376584154, 0.011286326131968767,
  12.894369562139131, -15.111151401698631, -0.22330757889265573,
  1.0827910064415354, 0.8687130181696082, -0.010832637401363636, 0.0017237240570597112,
  15.379697114850917, -25.919314609987964, 0.17925877295037118,
  0.979090732243898, 0.5946989986476762, -0.034755955550407816, 0.0020336868699246304,
]);
const START: usize = memory.data(280, 16);
let saved: bool = false;

function get(body: i32, field: i32): f64 {
  return load<f64>(BODIES + 8 * (7 * body + field));
}

function add(body: i32, field: i32, value: f64): void {
  const at = BODIES + 8 * (7 * body + field);
  store<f64>(at, load<f64>(at) + value);
}

/** The outer planets' orbits in `steps` steps of a hundredth of a year/2pi; the energy they end with. */
export function planets(steps: i32): f64 {
  if (saved) {
    memory.copy(BODIES, START, 280);
  } else {
    memory.copy(START, BODIES, 280);
    saved = true;
  }
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < 5; i++) {
      for (let j = i + 1; j < 5; j++) {
        const dx = get(i, 0) - get(j, 0);
        const dy = get(i, 1) - get(j, 1);
        const dz = get(i, 2) - get(j, 2);
        const square = dx * dx + dy * dy + dz * dz;
        const pull = 0.01 / (square * sqrt(square));
        const mi = get(i, 6) * pull;
        const mj = get(j, 6) * pull;
        add(i, 3, -dx * mj);
        add(i, 4, -dy * mj);
        add(i, 5, -dz * mj);
        add(j, 3, dx * mi);
        add(j, 4, dy * mi);
        add(j, 5, dz * mi);
      }
    }
    for (let i = 0; i < 5; i++) {
      for (let axis = 0; axis < 3; axis++) add(i, axis, 0.01 * get(i, 3 + axis));
    }
  }
  let energy = 0.0;
  for (let i = 0; i < 5; i++) {
    energy += 0.5 * get(i, 6) * (get(i, 3) * get(i, 3) + get(i, 4) * get(i, 4) + get(i, 5) * get(i, 5));
  }
  return energy;
}
