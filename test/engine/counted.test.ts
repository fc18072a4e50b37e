import { equal } from 'node:assert/strict';

import { counted } from '../../engine/counted.js';

describe('what a message counts', () => {
  it('is named as one where it is one', () => {
    for (const [things, one] of [
      ['memories', 'memory'],
      ['function bodies', 'function body'],
      ['bytes of suspended calls', 'byte of suspended calls'],
      ['processes', 'process'],
      ['logical cores', 'logical core'],
      ['table elements', 'table element'],
      ['types', 'type'],
    ] as const) {
      equal(counted(1, things), `1 ${one}`);
      for (const several of [0, 2, 11, 1.5]) equal(counted(several, things), `${several} ${things}`);
    }
    equal(counted('1,001', 'bytes'), '1,001 bytes');
  });
});
