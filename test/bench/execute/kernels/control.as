// Control flow that no one can predict: a small virtual machine by `switch`, and calls through a table.

const PROGRAM: usize = memory.data(256, 16);

/** Runs a program of 64 random operators, `rounds` times. */
export function virtualMachine(rounds: i32): i32 {
  let random = 12345;
  for (let i = 0; i < 64; i++) {
    random = random * 1103515245 + 12345;
    store<u8>(PROGRAM + i, (random >> 16) & 15);
  }
  let a = 1;
  let b = 2;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 64; i++) {
      switch (load<u8>(PROGRAM + i)) {
        case 0: a += b; break;
        case 1: a -= b; break;
        case 2: a ^= b; break;
        case 3: a = a * 5 + 1; break;
        case 4: b += i; break;
        case 5: b = a & 0xffff; break;
        case 6: a = (a << 3) | (a >>> 29); break;
        case 7: b ^= a; break;
        case 8: if (a > b) a = ~a; break;
        case 9: b = -b; break;
        case 10: a |= 1; break;
        case 11: b = b >> 1; break;
        case 12: a += round; break;
        case 13: b -= a; break;
        case 14: a = max(a, b); break;
        default: b = min(a, b) + 3; break;
      }
    }
  }
  return a ^ b;
}

type Step = (value: i32) => i32;

function increment(value: i32): i32 { return value + 1; }
function shift(value: i32): i32 { return value ^ (value << 5); }
function scramble(value: i32): i32 { return value * 1664525 + 1013904223; }
function fold(value: i32): i32 { return value ^ (value >>> 15); }

const STEPS: StaticArray<Step> = [increment, shift, scramble, fold];

/** Calls one of four functions through the table, chosen by the value so far, `count` times. */
export function indirectCalls(count: i32): i32 {
  let value = 1;
  for (let i = 0; i < count; i++) {
    const step = unchecked(STEPS[(value >>> 7) & 3]);
    value = step(value) + i;
  }
  return value;
}
