// Lint rules, among them the house's dependency rules: ui knows nothing of calls, call imports no React, features do not import each other.
import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import ts from 'typescript-eslint';
import { readdirSync } from 'node:fs';

const banned = (patterns, message) => ({ 'no-restricted-imports': ['error', { patterns: [{ regex: patterns, message }] }] });
const features = readdirSync(new URL('./src/features', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

export default ts.config(
  { ignores: ['dist', '**/*.generated.ts'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    languageOptions: { globals: globals.browser },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  { files: ['public/sw.js'], languageOptions: { globals: globals.serviceworker } },
  { files: ['scripts/**', '*.config.*'], languageOptions: { globals: globals.node }, rules: { 'no-console': 'off' } },
  {
    files: ['src/ui/**'],
    rules: banned(
      '(^@/(app|call|features|i18n)|^(\\.\\./)+(app|call|features|i18n))(/|$)',
      'ui/ knows nothing of the app, calls, features or texts.',
    ),
  },
  {
    files: ['src/i18n/**'],
    rules: banned('(^@/(app|call|features|ui)|^(\\.\\./)+(app|call|features|ui))(/|$)', 'i18n/ stands alone.'),
  },
  {
    files: ['src/call/**'],
    rules: banned(
      '(^react|^@/(app|features|ui|i18n)|^(\\.\\./)+(app|features|ui|i18n))(/|$|-)',
      'call/ is free of React and of everything above it.',
    ),
  },
  {
    files: ['src/app/**'],
    ignores: ['src/app/routes/**', 'src/app/App.tsx'],
    rules: banned('^(@/|(\\.\\./)+)features(/|$)', 'app/ reaches features by its routes alone.'),
  },
  ...features.map((name) => ({
    files: [`src/features/${name}/**`],
    rules: banned(
      `^(@/features/(?!${name}(/|$))|(\\.\\./)+(${features.filter((f) => f !== name).join('|') || '(?!)'})(/|$))`,
      'Features do not import each other.',
    ),
  })),
);
