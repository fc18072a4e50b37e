import js from '@eslint/js';
import tseslint from 'typescript-eslint';

import { IMPORT_WALLS } from './build/import-walls.mjs';

export default tseslint.config(
  {
    ignores: [
      '.cache/**',
      '**/dist/**',
      'coverage/**',
      'docs/api/**',
      '**/node_modules/**',
      '**/target/**',
      'engine/core/assembly/**',
      'engine/core/front-end-bytes.ts',
      'engine/host/unpacker-bytes.ts',
      'engine/fuel/cost-behaviour.ts',
      'engine/fuel/profile-form.ts',
      'engine/fuel/profile-words.ts',
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
  {
    files: ['{engine,corpora,reports,harness}/**/*.{ts,tsx,mts,cts,js,jsx,cjs}'],
    plugins: { walls: { rules: { imports: IMPORT_WALLS } } },
    rules: { 'walls/imports': 'error' },
  },
);
