import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  cruise,
  type IConfiguration,
  type ICruiseOptions,
  type ICruiseResult,
  type IFlattenedRuleSet,
} from 'dependency-cruiser';
import { ROOT } from './package-files.js';

const { default: CONFIGURATION } = (await import(`${ROOT}.dependency-cruiser.mjs`)) as {
  default: IConfiguration & { forbidden: readonly { name: string }[]; options: ICruiseOptions };
};

type Files = Readonly<Record<string, string>>;

/** By rule: files that break it, and files as near to that as may be. */
const CASES: readonly { readonly rule: string; readonly broken: Files; readonly kept: Files }[] = [
  {
    rule: 'executors stand apart',
    broken: {
      'engine/interpreter/loop.ts':
        "import type { Meter } from '../host-executor/meter.js';\nexport type X = Meter;",
      'engine/host-executor/meter.ts': 'export type Meter = number;',
    },
    kept: {
      'engine/interpreter/loop.ts': "import type { Meter } from './meter.js';\nexport type X = Meter;",
      'engine/interpreter/meter.ts': 'export type Meter = number;',
    },
  },
  {
    rule: 'executors are picked by the engine alone',
    broken: {
      'engine/runtime/store.ts': "import { loop } from '../interpreter/loop.js';\nexport const x = loop;",
      'engine/interpreter/loop.ts': 'export const loop = 1;',
    },
    kept: {
      'engine/engine.ts': "import { loop } from './interpreter/loop.js';\nexport const x = loop;",
      'engine/interpreter/loop.ts': 'export const loop = 1;',
    },
  },
  {
    rule: 'the engine is on top',
    broken: {
      'engine/runtime/store.ts': "import type { Engine } from '../engine.js';\nexport type X = Engine;",
      'engine/engine.ts': 'export class Engine {}',
    },
    kept: {
      'engine/js-api/namespace.ts': "import type { Engine } from '../engine.js';\nexport type X = Engine;",
      'engine/engine.ts': 'export class Engine {}',
    },
  },
  {
    rule: 'no circles of folders',
    broken: {
      'harness/measure/run.ts': "import type { Rate } from '../estimate/rate.js';\nexport type X = Rate;",
      'harness/measure/row.ts': 'export type Row = number;',
      'harness/estimate/rate.ts': 'export type Rate = number;',
      'harness/estimate/read.ts': "import type { Row } from '../measure/row.js';\nexport type X = Row;",
    },
    kept: {
      'harness/measure/run.ts': "import type { Rate } from '../estimate/rate.js';\nexport type X = Rate;",
      'harness/estimate/rate.ts': 'export type Rate = number;',
    },
  },
  {
    rule: 'no circles of files',
    broken: {
      'reports/a.ts': "import type { B } from './b.js';\nexport type A = B | 1;",
      'reports/b.ts': "import type { A } from './a.js';\nexport type B = A | 2;",
    },
    kept: {
      'engine/runtime/func.ts': "import type { B } from './instance.js';\nexport type A = B | 1;",
      'engine/runtime/instance.ts': "import type { A } from './func.js';\nexport type B = A | 2;",
    },
  },
  {
    rule: 'no circles of values',
    broken: {
      'engine/runtime/func.ts': "import { b } from './instance.js';\nexport const a = (): number => b();",
      'engine/runtime/instance.ts': "import { a } from './func.js';\nexport const b = (): number => a();",
    },
    kept: {
      'engine/runtime/func.ts': "import { b } from './instance.js';\nexport const a = (): number => b();",
      'engine/runtime/instance.ts':
        "import type { a } from './func.js';\nexport const b = (): ReturnType<typeof a> => 1;",
    },
  },
];

describe('the rules about imports', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(realpathSync(tmpdir()), 'wasm-dyno-rules-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Names of the rules that these files break. */
  async function brokenRules(files: Files): Promise<string[]> {
    writeFileSync(path.join(root, 'tsconfig.json'), '{}');
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const { options, forbidden } = CONFIGURATION;
    const { output } = await cruise(['.'], {
      ...options,
      baseDir: root,
      validate: true,
      ruleSet: { forbidden } as IFlattenedRuleSet,
      tsConfig: undefined,
    });
    const { totalCruised, violations } = (output as ICruiseResult).summary;
    assert.equal(totalCruised, Object.keys(files).length);
    return violations.map(({ rule }) => rule.name);
  }

  it('have a case each', () => {
    assert.deepEqual(
      CASES.map(({ rule }) => rule).sort(),
      CONFIGURATION.forbidden.map(({ name }) => name).sort(),
    );
  });

  for (const { rule, broken, kept } of CASES) {
    it(`${rule}: an import that is forbidden is found`, async () => {
      assert.ok((await brokenRules(broken)).includes(rule));
    });
    it(`${rule}: its neighbour that is allowed is not`, async () => {
      assert.deepEqual(await brokenRules(kept), []);
    });
  }
});
