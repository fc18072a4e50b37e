import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const layers = {
  engine: ['corpora', 'harness', 'reports', 'test'],
  corpora: ['harness', 'reports', 'test'],
  reports: ['engine', 'corpora', 'test'],
  harness: ['test'],
};

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'coverage/**',
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
  // The one-way streets: engine knows nobody; corpora may use engine; harness uses both.
  ...Object.entries(layers).map(([folder, forbidden]) => ({
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...forbidden.map((name) => ({
              regex: `^(\\.\\./)+${name}/`,
              message: `${folder}/ may not import ${name}/`,
            })),
            ...(folder === 'engine'
              ? [{ regex: '^[^.]', message: 'engine/ imports nothing from outside itself' }]
              : []),
          ],
        },
      ],
    },
  })),
  {
    files: ['engine/node/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!\\.|node:)', message: 'engine/node imports only node: builtins and the engine' },
          ],
        },
      ],
    },
  },
);
