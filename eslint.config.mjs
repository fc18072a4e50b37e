import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// The one-way streets: engine knows nobody; corpora may use engine; harness uses all; reports reads recorded files alone.
const NAMES = {
  engine: '@wasm-dyno/engine',
  corpora: '@wasm-dyno/corpora',
  reports: '@wasm-dyno/reports',
  harness: 'wasm-dyno',
};
const MAY_USE = { engine: [], corpora: ['engine'], reports: [], harness: ['engine', 'corpora', 'reports'] };

/** What a package may not import: others across the wall, any by path, itself by its name, built code. */
const behindWall = (folder) => [
  { regex: '^(\\.\\./)+dist/', message: 'built code is for tests' },
  { regex: `^${NAMES[folder]}(/|$)`, message: `${folder}/ does not import itself by its name` },
  { regex: '^(\\.\\./)+test/', message: `${folder}/ may not import test/` },
  ...Object.entries(NAMES)
    .filter(([other]) => other !== folder)
    .flatMap(([other, name]) =>
      MAY_USE[folder].includes(other)
        ? [{ regex: `^(\\.\\./)+${other}/`, message: `${folder}/ imports ${name} by its name` }]
        : [{ regex: `^((\\.\\./)+${other}|${name})(/|$)`, message: `${folder}/ may not import ${other}/` }],
    ),
];

const CLI = {
  regex: '^(\\./|(\\.\\./)+)cli/',
  message: 'only the command line imports harness/cli/',
};

/** The rule for import and export declarations, and the same for `import()` and for types out of `import('…')`. */
const restricted = (files, patterns, more = {}) => ({
  files,
  ...more,
  rules: {
    'no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': [
      'error',
      ...patterns.flatMap(({ regex, message }) => {
        const value = `[value=/${regex.replaceAll('/', '\\u002F')}/]`;
        return [
          { selector: `ImportExpression > Literal.source${value}`, message },
          { selector: `TSImportType Literal${value}`, message },
        ];
      }),
    ],
  },
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      'coverage/**',
      'docs/api/**',
      '**/node_modules/**',
      '**/target/**',
      'engine/core/assembly/**',
      'engine/core/front-end-bytes.ts',
      'engine/host/unpacker-bytes.ts',
      'engine/fuel/cost-behaviour.ts',
      'engine/interpreter/loop-bytes.ts',
      '**/*.mjs',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      'no-self-compare': 'off',
    },
  },
  restricted(
    ['engine/**/*.ts'],
    [...behindWall('engine'), { regex: '^[^.]', message: 'engine/ imports nothing from outside itself' }],
    { ignores: ['engine/node/**', 'engine/wasi/**'] },
  ),
  ...['engine/node', 'engine/wasi'].map((folder) =>
    restricted(
      [`${folder}/**/*.ts`],
      [
        ...behindWall('engine'),
        { regex: '^(?!\\.|node:)', message: `${folder} imports only node: builtins and the engine` },
      ],
    ),
  ),
  restricted(['corpora/**/*.ts'], behindWall('corpora')),
  restricted(['reports/**/*.ts'], behindWall('reports')),
  restricted(['harness/**/*.ts'], [...behindWall('harness'), CLI], { ignores: ['harness/cli/**'] }),
  restricted(['harness/cli/**/*.ts'], behindWall('harness')),
);
