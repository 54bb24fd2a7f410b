import { ENGINE_VERSION } from '../../src/core/version.js'
import type { Rule, Tree } from './tree.js'

interface Manifest {
  readonly version: string
  readonly files: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const packageOf = ({ read }: Tree): Manifest => JSON.parse(read('package.json')) as Manifest

/** What the package says of itself. */
export const PACKAGE_RULES: readonly Rule[] = [
  {
    name: 'the package has the version of the engine, and a change log that names it',
    find: tree => [
      ...(packageOf(tree).version === ENGINE_VERSION ? [] : ['package.json']),
      ...(tree.read('CHANGELOG.md').includes(`\n## ${ENGINE_VERSION}`) ? [] : ['CHANGELOG.md']),
    ],
    planted: {
      'package.json': {
        file: 'package.json',
        text: before => before.replace(/"version": "[^"]+"/, '"version": "99.0.0"'),
      },
      'CHANGELOG.md': { file: 'CHANGELOG.md', text: '# Changelog\n' },
    },
  },
  {
    name: 'the package pins every dependency to one version',
    find: tree => {
      const { dependencies, devDependencies } = packageOf(tree)
      const all = Object.entries({ ...dependencies, ...devDependencies })
      return all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)).map(([name]) => name)
    },
    planted: {
      pg: { file: 'package.json', text: before => before.replace('"pg": "', '"pg": "^') },
      knip: { file: 'package.json', text: before => before.replace('"knip": "', '"knip": "~') },
    },
  },
  {
    name: 'the package explains every dependency, and no other, in docs/dependencies.md',
    find: tree => {
      const [runtime = '', development = ''] = tree
        .read('docs/dependencies.md')
        .split('\n## Not here yet')[0]!
        .split('\n## For development')
      const named = (text: string): string[] =>
        [...text.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name!)
      const { dependencies, devDependencies } = packageOf(tree)
      return [
        ...differing(named(runtime), Object.keys(dependencies)),
        ...differing(named(development), Object.keys(devDependencies)),
      ]
    },
    planted: {
      'left-pad': {
        file: 'package.json',
        text: before => before.replace('"pg": "', '"left-pad": "1.3.0",\n    "pg": "'),
      },
      leftover: {
        file: 'docs/dependencies.md',
        text: before => before.replace('\n| `pg`', '\n| `leftover` | 1.0.0 | Gone. |\n| `pg`'),
      },
    },
  },
  {
    name: 'the package ships files that exist, and runs scripts that exist',
    find: tree => {
      const { files, scripts } = packageOf(tree)
      const exists = (path: string): boolean =>
        tree.files.some(file => file === path || file.startsWith(`${path}/`))
      const run = Object.values(scripts)
        .flatMap(text => [...text.matchAll(/\b(?:scripts|test|bin)\/[\w/.-]+\.(?:ts|js)/g)])
        .map(([file]) => file)
      return [...files.filter(file => file !== 'dist'), ...run].filter(path => !exists(path))
    },
    planted: {
      gone: { file: 'package.json', text: before => before.replace('"dist",', '"dist", "gone",') },
      'scripts/build.js': { file: 'scripts/build.js', text: null },
    },
  },
]

/** What stands in one list only, or at another place. */
function differing(a: readonly string[], b: readonly string[]): string[] {
  const only = [...a.filter(name => !b.includes(name)), ...b.filter(name => !a.includes(name))]
  return only.length > 0 ? only : a.filter((name, k) => name !== b[k])
}
