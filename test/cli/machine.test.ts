import assert from 'node:assert/strict';
import os from 'node:os';

import { Engine, machineDifferences, machineId } from '@wasm-dyno/engine';
import { machineIdentity } from '@wasm-dyno/engine/node';

import { machineText } from '../../harness/cli/display/machine-text.js';
import { machineFingerprint } from '../../harness/machine/fingerprint.js';
import { numbersFromText } from '../../engine/node/processor.js';
import { helperEnvironment } from '../../harness/process/session.js';
import { fitnessOf, limitsCheck, machineFitness, withinLimit } from '../../harness/machine/fitness.js';
import {
  countOfList,
  helperThreads,
  memoryOfGroup,
  processLimits,
  throttledNanoseconds,
  usableMemoryBytes,
  type ReadKernelFile,
} from '../../harness/machine/process-limits.js';

describe('the fitness of a machine', () => {
  it('says that the load is unknown where the system tells of no cores', async () => {
    const { cpus } = os;
    os.cpus = () => [];
    try {
      const { checks } = await machineFitness(1);
      const load = checks.find(({ name }) => name === 'load');
      assert.deepEqual([load?.state, load?.seen], ['unknown', 'not told']);
      assert.equal(checks.find(({ name }) => name === 'limits')?.state, 'unknown');
      const text = machineText(await machineFingerprint(), { fit: true, checks }, new Engine().describe());
      assert.match(text, /Nothing tells whether the machine is fit to measure now: its load is unknown/);
      assert.match(text, /front end +in WebAssembly/);
      assert.match(text, /interpreter loop +in (WebAssembly|JavaScript: Node 22 and later)/);
    } finally {
      os.cpus = cpus;
    }
  });

  it('tells of affinity, CPU quota and memory limit', async () => {
    assert.deepEqual(['0', '0-3', '0-1,4,6-7'].map(countOfList), [1, 4, 5]);
    const { quotaCores, allowedCores, memoryBytes } = processLimits();
    assert.ok(quotaCores === null || quotaCores > 0);
    assert.ok(allowedCores === null || (allowedCores > 0 && allowedCores <= 4096));
    assert.ok(memoryBytes === null || memoryBytes < os.totalmem());
    assert.ok(usableMemoryBytes() <= os.totalmem());
    const { checks } = await machineFitness(1);
    assert.ok(checks.some(({ name }) => name === 'limits'));
  });

  describe('in a container', () => {
    const files =
      (texts: Readonly<Record<string, string>>): ReadKernelFile =>
      (path) =>
        texts[path];
    const version2 = files({
      '/proc/self/cgroup': '0::/host/path/of/the/group',
      '/proc/self/status': 'Cpus_allowed_list:\t0-7',
      '/sys/fs/cgroup/cpu.max': '150000 100000',
      '/sys/fs/cgroup/cpu.stat': 'usage_usec 10\nthrottled_usec 25',
      '/sys/fs/cgroup/cpuset.cpus.effective': '0-2',
      '/sys/fs/cgroup/memory.max': '536870912',
    });
    const version1 = files({
      '/proc/self/cgroup': '4:memory:/a/b\n3:cpuset:/\n2:cpu,cpuacct:/a\n',
      '/proc/self/status': 'Cpus_allowed_list:\t0-1',
      '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '50000',
      '/sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
      '/sys/fs/cgroup/cpu/a/cpu.stat': 'nr_throttled 2\nthrottled_time 3000',
      '/sys/fs/cgroup/cpuset/cpuset.cpus': '0-3',
      '/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes': '9223372036854771712',
      '/sys/fs/cgroup/memory/a/memory.limit_in_bytes': '268435456',
    });

    it('is told quota, CPU set and memory of control groups of both versions', () => {
      assert.deepEqual(processLimits(version2), { quotaCores: 1.5, allowedCores: 3, memoryBytes: 2 ** 29 });
      assert.deepEqual(processLimits(version1), { quotaCores: 0.5, allowedCores: 2, memoryBytes: 2 ** 28 });
      assert.deepEqual([throttledNanoseconds(version2), throttledNanoseconds(version1)], [25_000, 3000]);
      assert.equal(throttledNanoseconds(files({})), undefined);
    });

    it('is told what is left of the memory that its control group allows, not of the machine', () => {
      const inGroup = files({
        '/proc/self/cgroup': '0::/a',
        '/sys/fs/cgroup/a/memory.max': '838860800',
        '/sys/fs/cgroup/a/memory.current': '738860800',
        '/sys/fs/cgroup/a/memory.stat': 'anon 1\ninactive_file 319430400\n',
      });
      assert.deepEqual(memoryOfGroup(inGroup), { limitBytes: 838_860_800, leftBytes: 419_430_400 });
      const machine = { total: 23.5 * 2 ** 30, available: 20 * 2 ** 30 };
      const memory = withinLimit(machine, memoryOfGroup(inGroup));
      const { checks } = fitnessOf({
        ...{ busyShare: 0, stolenShare: 0, governor: undefined, turbo: undefined, battery: undefined },
        ...{ celsius: null, thermalThrottles: 0, memoryPressure: undefined, logicalCores: 2, memory },
        limits: processLimits(inGroup),
      });
      const { seen } = checks.find(({ name }) => name === 'memory')!;
      assert.equal(seen, '50% of the limit of 0.8 GiB available');
      assert.deepEqual(withinLimit(machine, undefined), machine);
    });

    it('is told what a parent with a larger limit leaves, where that is less', () => {
      const inFullParent = files({
        '/proc/self/cgroup': '0::/a/b',
        '/sys/fs/cgroup/a/b/memory.max': '100000000',
        '/sys/fs/cgroup/a/b/memory.current': '10000000',
        '/sys/fs/cgroup/a/memory.max': '200000000',
        '/sys/fs/cgroup/a/memory.current': '195000000',
      });
      assert.deepEqual(memoryOfGroup(inFullParent), { limitBytes: 100_000_000, leftBytes: 5_000_000 });
      const machine = { total: 2 ** 34, available: 2 ** 33 };
      const memory = withinLimit(machine, memoryOfGroup(inFullParent));
      assert.deepEqual(memory, { total: 100_000_000, available: 5_000_000, isLimited: true });
    });

    it('is judged, and targets start no more helpers than there are cores', () => {
      const unfit = limitsCheck(processLimits(version2));
      assert.equal(unfit.state, 'unfit');
      assert.match(unfit.seen, /CPU quota of 1\.5 cores, memory limit of 0\.5 GiB/);
      const small = { quotaCores: null, allowedCores: null, memoryBytes: 2 ** 29 };
      assert.match(limitsCheck(small).mend ?? '', /at least 1 GiB of memory/);
      assert.equal(
        helperThreads({ quotaCores: 1.5, allowedCores: 3, memoryBytes: null }),
        os.cpus().length > 1 ? 1 : undefined,
      );
      assert.equal(helperThreads({ quotaCores: null, allowedCores: null, memoryBytes: null }), undefined);
      assert.equal(helperEnvironment(undefined)['RAYON_NUM_THREADS'], undefined);
      assert.match(helperEnvironment(1)['NODE_OPTIONS']!, /--v8-pool-size=1$/);
    });
  });
});

describe('the identity of a machine', () => {
  it('is made of what tells processors of one name apart', () => {
    const x86 =
      'vendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\nstepping\t: 1\n';
    assert.deepEqual(numbersFromText(x86), { cpuFamily: '25', cpuModelNumber: '1', cpuStepping: '1' });
    const arm = 'CPU implementer\t: 0x41\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n';
    assert.deepEqual(numbersFromText(arm), {
      cpuFamily: '0x41',
      cpuModelNumber: '0xd0c',
      cpuStepping: '0x3.1',
    });
    const windows = 'Intel64 Family 6 Model 158 Stepping 10, GenuineIntel';
    assert.deepEqual(numbersFromText('', windows), {
      cpuFamily: '6',
      cpuModelNumber: '158',
      cpuStepping: '10',
    });
    assert.deepEqual(numbersFromText(''), { cpuFamily: null, cpuModelNumber: null, cpuStepping: null });
  });

  it('tells two hosts of one name apart by family and L2, and says what differs', () => {
    const one = machineIdentity();
    const milan = { ...one, cpuModel: 'AMD EPYC', cpuFamily: '25', l2Bytes: 524_288 };
    const turin = { ...milan, cpuFamily: '26', l2Bytes: 1_048_576 };
    assert.notEqual(machineId(milan), machineId(turin));
    assert.deepEqual(machineDifferences(milan, turin), [
      { field: 'CPU family', profile: '25', machine: '26' },
      { field: 'L2 cache of a core', profile: '512 KiB', machine: '1024 KiB' },
    ]);
    // What a system does not tell is no difference.
    assert.deepEqual(machineDifferences(milan, { ...milan, cpuFamily: null, l2Bytes: null }), []);
  });
});
