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
        'global',
        'self',
        'window',
        'Buffer',
        'require',
        'eval',
        'Function',
        'Reflect',
        'WeakRef',
        'FinalizationRegistry',
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
      ...['constructor', 'stack'].map(property => ({ property, message: ambient })),
    ],
    'no-restricted-syntax': [
      'error',
      { selector: 'ImportExpression', message: ambient },
      { selector: "MetaProperty[meta.name='import']", message: ambient },
      {
        // A declared name would hide a global from the rule above; brands are no values.
        selector:
          "VariableDeclaration[declare=true] > VariableDeclarator:not([id.typeAnnotation.typeAnnotation.operator='unique'])",
        message: ambient,
      },
      {
        selector:
          "Identifier[name='Math']:not(MemberExpression[computed=false] > Identifier.object)",
        message: 'Do not take Math apart, rename it or hand it on.',
      },
      {
        selector: "VariableDeclarator[init.name='Math'], AssignmentExpression[right.name='Math']",
        message: 'Do not take Math apart or rename it.',
      },
      {
        selector:
          "CallExpression[callee.property.name=/^(sort|toSorted)$/]:not([arguments.length=1]), CallExpression[callee.property.name=/^(sort|toSorted)$/][arguments.0.type='Identifier'][arguments.0.name='undefined'], MemberExpression[computed=true][property.value=/^(sort|toSorted)$/]",
        message: 'Pass a comparator.',
      },
      {
        selector:
          ":function[async=true], AwaitExpression, NewExpression[callee.name='Promise'], MemberExpression[object.name='Promise']",
        message: 'The core does not wait (docs/adr/0001-pure-core.md).',
      },
    ],
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: '^(node:|[^.])', message: 'The core imports no package.' }] },
    ],
  },
}

export default tseslint.config(
  {
    ignores: ['dist/', 'dist.*/', 'node_modules/', 'coverage/', '.assay/', 'notebooks/.cells-*'],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
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
  {
    // AssemblyScript: its numbers have types that TypeScript takes for one.
    files: ['src/backtest/kernel/assembly/*.ts'],
    rules: { '@typescript-eslint/no-unnecessary-type-assertion': 'off' },
  },
  { ...pure, languageOptions: { parser: tseslint.parser } },
)
