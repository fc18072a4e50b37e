import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// The one-way streets: engine knows nobody; corpora may use engine; harness uses both; reports reads recorded files alone.
const walls = {
  engine: ['corpora', 'harness', 'reports', 'test'],
  corpora: ['harness', 'reports', 'test'],
  reports: ['engine', 'corpora', 'harness', 'test'],
  harness: ['test'],
};

/** Patterns for what a folder may not import: other folders, built code, and the package by its own name. */
const behindWall = (folder, forbidden) => [
  ...forbidden.map((name) => ({
    regex: `^(\\.\\./)+${name}/`,
    message: `${folder}/ may not import ${name}/`,
  })),
  { regex: '^(\\.\\./)+dist/', message: 'built code is for tests' },
  { regex: '^wasm-dyno(/|$)', message: 'the package does not import itself by its name' },
];

const restricted = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'coverage/**',
      'docs/api/**',
      'node_modules/**',
      '**/target/**',
      'engine/core/assembly/**',
      'engine/core/front-end-bytes.ts',
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
  ...Object.entries(walls).map(([folder, forbidden]) =>
    restricted(
      [`${folder}/**/*.ts`],
      [
        ...behindWall(folder, forbidden),
        ...(folder === 'engine'
          ? [{ regex: '^[^.]', message: 'engine/ imports nothing from outside itself' }]
          : []),
      ],
    ),
  ),
  {
    ...restricted(
      ['harness/**/*.ts'],
      [
        ...behindWall('harness', walls.harness),
        { regex: '^(\\./|(\\.\\./)+)cli/', message: 'only the command line imports harness/cli/' },
      ],
    ),
    ignores: ['harness/cli/**'],
  },
  ...['engine/node', 'engine/wasi'].map((folder) =>
    restricted(
      [`${folder}/**/*.ts`],
      [
        ...behindWall(folder, walls.engine),
        { regex: '^(?!\\.|node:)', message: `${folder} imports only node: builtins and the engine` },
      ],
    ),
  ),
);
