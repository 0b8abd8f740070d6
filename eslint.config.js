import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Which folders of src/ a layer may not import. `test/layers.test.ts` reads the imports themselves. */
const layer = (files, forbidden, message) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: forbidden.map((group) => ({ group: [group], message })) },
    ],
  },
})

export default defineConfig(
  {
    ignores: [
      'dist/',
      'data/',
      '.cache/',
      '.counterparts/',
      'src/generated/',
      'test/fixtures/',
      'test/counterparts/kubernetes/images/workers/',
      'demo/worker/',
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] } },
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
    },
  },
  layer(
    ['src/domain/**'],
    [
      'node:*',
      '**/application/**',
      '**/adapters/**',
      '**/http/**',
      '**/controller/**',
      '**/config/**',
      '**/staging/**',
    ],
    'domain/ is pure: no I/O, no Node, no other layer.',
  ),
  layer(
    ['src/application/**'],
    [
      'node:fs*',
      'node:net',
      'node:http*',
      'node:child_process',
      '@aws-sdk/*',
      'axios',
      'express',
      'kysely',
      '**/adapters/**',
      '**/http/**',
      '**/controller/**',
    ],
    'application/ reaches the outside only through its ports.',
  ),
  layer(
    ['src/http/**'],
    ['@aws-sdk/*', 'axios', 'kysely', '**/adapters/**', '**/controller/**'],
    'http/ calls use cases.',
  ),
  layer(
    ['src/controller/**'],
    ['@aws-sdk/*', 'axios', 'express', 'kysely', '**/adapters/**', '**/http/**'],
    'controller/ knows leases and reconcilers only.',
  ),
  layer(['src/adapters/**'], ['**/http/**', '**/controller/**'], 'adapters/ implement ports.'),
  {
    files: ['src/**'],
    ignores: ['src/adapters/egress/**', 'src/adapters/embedded-store/**', 'src/http/listener.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Use the guarded client of adapters/egress.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "ImportDeclaration[source.value=/^node:(http|https|net|tls|http2|dgram)$/]:not([importKind='type'])",
          message: 'Use the guarded client of adapters/egress.',
        },
      ],
    },
  },
  {
    // The client's document types are classes without behaviour; documents are written as literals.
    files: ['src/adapters/compute-kubernetes/**', 'src/cli/**', 'test/**', 'bench/**', 'demo/**'],
    rules: {
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  {
    files: ['test/**', 'bench/**', 'demo/**', 'scripts/**'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          ignoreVoid: false,
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'it', 'describe', 'suite'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
)
