import tseslint from 'typescript-eslint'

const ambient = 'Time, chance and the world enter as arguments (docs/adr/0001-pure-core.md).'
const locale = 'Depends on the locale of the machine.'

/** What the core and the strategies may not read: clock, chance, locale, network, process. */
const pure = {
  files: ['src/core/**/*.ts', 'strategies/**/*.ts'],
  rules: {
    'no-restricted-globals': [
      'error',
      ...[
        'Date',
        'performance',
        'crypto',
        'process',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'queueMicrotask',
        'fetch',
        'console',
        'globalThis',
        'Intl',
        'structuredClone',
      ].map(name => ({ name, message: ambient })),
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Math', property: 'random', message: ambient },
      ...[
        'toLocaleString',
        'localeCompare',
        'toLocaleDateString',
        'toLocaleLowerCase',
        'toLocaleUpperCase',
      ].map(property => ({ property, message: locale })),
    ],
    'no-restricted-syntax': [
      'error',
      { selector: 'ImportExpression', message: ambient },
      {
        selector: "CallExpression[callee.property.name='sort'][arguments.length=0]",
        message: 'Pass a comparator.',
      },
      {
        selector: "VariableDeclarator[init.name='Math'], AssignmentExpression[right.name='Math']",
        message: 'Do not take Math apart or rename it.',
      },
    ],
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: '^(node:|[^.])', message: 'The core imports no package.' }] },
    ],
  },
}

export default tseslint.config(
  { ignores: ['dist/', 'dist.*/', 'node_modules/', 'coverage/', '.assay/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Values from flags and files are scalars by the time they are shown.
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'max-lines-per-function': ['error', { max: 70, skipComments: true, skipBlankLines: true }],
      'prefer-const': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { ...pure, languageOptions: { parser: tseslint.parser } },
)
