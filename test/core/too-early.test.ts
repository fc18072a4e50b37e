import { runInProcess } from '../engine/own-process.js';

describe('a process that has looked at little code yet', () => {
  it('has the core compile in one pass from the body on that it makes the core for, counting each before once', async () => {
    await runInProcess(`
      const adds = 'local.get 0 i32.add '.repeat(170);
      const functions = 20;
      const bytes = await binary('(module' + \`(func (param i32) (result i32) local.get 0 \${adds})\`.repeat(functions) + ')');
      const alone = new Engine({ compilationMode: 'eager' });
      const done = [];
      const { compileFunction } = Object.getPrototypeOf(alone);
      alone.compileFunction = function (module, index, ...rest) {
        const isDone = compileFunction.call(this, module, index, ...rest);
        if (isDone) done.push(index);
        return isDone;
      };
      const module = alone.compile(bytes);
      const size = module.bodyBytes(0);
      assert.ok(size * functions < 16_384 && size < 2_500 / 4, String(size));
      const first = Math.ceil(2_500 / size) - 1;
      assert.deepEqual(done, Array.from({ length: functions - first }, (_, i) => first + i));
      const heard = new Engine({ compilationMode: 'eager' });
      heard.on('compile', () => undefined);
      assert.equal(module.fuelCharged, heard.compile(bytes).fuelCharged);
      assert.equal(alone.codeBytes, heard.codeBytes);`);
  });
});
