import { runInProcess } from './own-process.js';

describe('a module that is refused for a constant expression', () => {
  it('leaves nothing of the operands that its sum laid on the stack', async () => {
    await runInProcess(
      `const engine = new Engine();
      const operands = 8_000_000;
      const leb = (n) => { const bytes = []; for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) + 128); return [...bytes, n]; };
      // A global of i32 whose expression leaves all of its constants.
      const refused = () => {
        const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 6, ...leb(2 * operands + 4), 1, 0x7f, 0];
        const bytes = new Uint8Array(head.length + 2 * operands + 1);
        bytes.set(head);
        for (let at = head.length; at < bytes.length - 1; at += 2) bytes[at] = 0x41;
        bytes[bytes.length - 1] = 0x0b;
        assert.throws(() => engine.compile(bytes), /type mismatch/);
      };
      const before = process.memoryUsage().arrayBuffers;
      refused();
      await eventually(() => {
        const left = process.memoryUsage().arrayBuffers - before;
        assert.ok(left < 1_000_000, left + ' bytes are left');
      });`,
      '--expose-gc',
    );
  });
});
