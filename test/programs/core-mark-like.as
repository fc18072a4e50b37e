// The four workloads that CoreMark is made of, written anew: list processing, matrices, a state machine, CRC-16.

class Item {
  constructor(public value: i32, public index: i32, public next: Item | null) {}
}

function crc16(data: u32, crc: u32): u32 {
  for (let i = 0; i < 16; i++) {
    const bit = ((data >> i) ^ crc) & 1;
    crc >>= 1;
    if (bit) crc ^= 0xa001;
  }
  return crc & 0xffff;
}

function buildList(size: i32, seed: i32): Item | null {
  let head: Item | null = null;
  for (let i = 0; i < size; i++) {
    seed = seed * 1103515245 + 12345;
    head = new Item((seed >>> 16) & 0x7fff, i, head);
  }
  return head;
}

function mergeSort(head: Item | null, byIndex: bool): Item | null {
  if (!head || !head.next) return head;
  let slow: Item = head;
  let fast: Item | null = head.next;
  while (fast && fast.next) {
    slow = slow.next!;
    fast = fast.next!.next;
  }
  let right = slow.next;
  slow.next = null;
  let a = mergeSort(head, byIndex);
  let b = mergeSort(right, byIndex);
  const result = new Item(0, 0, null);
  let tail = result;
  while (a && b) {
    const takeA = byIndex ? a.index <= b.index : a.value <= b.value;
    const taken: Item = takeA ? a : b;
    if (takeA) a = a.next;
    else b = b.next;
    tail.next = taken;
    tail = taken;
  }
  tail.next = a ? a : b;
  return result.next;
}

function listCrc(head: Item | null, crc: u32): u32 {
  let item = head;
  while (item) {
    crc = crc16(item.value, crc);
    item = item.next;
  }
  return crc;
}

function listWork(size: i32, seed: i32): u32 {
  let crc: u32 = 0;
  let list = mergeSort(buildList(size, seed), false);
  crc = listCrc(list, crc);
  list = mergeSort(list, true);
  crc = listCrc(list, crc);
  return crc;
}

function matrixWork(size: i32, seed: i32): u32 {
  const a = new StaticArray<i32>(size * size);
  const b = new StaticArray<i32>(size * size);
  for (let i = 0; i < size * size; i++) {
    seed = seed * 1103515245 + 12345;
    a[i] = (seed >>> 16) & 0xff;
    b[i] = a[i] ^ i;
  }
  let crc: u32 = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += a[i * size + k] * b[k * size + j];
      crc = crc16(sum ^ (sum >> 16), crc);
    }
  }
  return crc;
}

// Recognises numbers such as -12, 0.5 and 1e+9 in a stream of characters.
function stateWork(text: string): u32 {
  const counts = new StaticArray<u32>(6);
  let state = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const digit = c >= 48 && c <= 57;
    switch (state) {
      case 0: state = digit ? 2 : c == 45 || c == 43 ? 1 : 5; break;
      case 1: state = digit ? 2 : 5; break;
      case 2: state = digit ? 2 : c == 46 ? 3 : c == 101 ? 4 : c == 44 ? 0 : 5; break;
      case 3: state = digit ? 3 : c == 101 ? 4 : c == 44 ? 0 : 5; break;
      case 4: state = digit || c == 43 || c == 45 ? 3 : 5; break;
      default: state = c == 44 ? 0 : 5;
    }
    counts[state]++;
  }
  let crc: u32 = 0;
  for (let i = 0; i < 6; i++) crc = crc16(counts[i], crc);
  return crc;
}

export function run(iterations: i32, seed: i32): u32 {
  let crc: u32 = 0;
  for (let i = 0; i < iterations; i++) {
    crc = crc16(listWork(40, seed + i), crc);
    crc = crc16(matrixWork(8, seed ^ i), crc);
    crc = crc16(stateWork("12,-5.25,+7e+3,x9,0.5e-2,3.,--4,1e9," + i.toString()), crc);
  }
  return crc;
}

export function mean(values: Float64Array): f64 {
  let sum = 0.0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

export function greet(name: string): string {
  return "Hello, " + name.toUpperCase() + "!";
}

export function squares(count: i32): Array<i64> {
  const result = new Array<i64>();
  for (let i = 0; i < count; i++) result.push(<i64>i * i);
  return result;
}
