import { dirname, join } from 'node:path'
import { UNEXPLAINED } from './old-sins.js'
import { importsOf, linesWith, sourcesOf, type Ratchet, type Rule, type Tree } from './tree.js'
import { unexplainedFields } from './unexplained-fields.js'

const coreOf = (tree: Tree): string[] =>
  sourcesOf(tree).filter(file => file.startsWith('src/core/'))
const unexplainedIn = (file: string, { read }: Tree): string[] => unexplainedFields(read(file))

/** What code imports, exports and is made of. */
export const CODE_RULES: readonly Rule[] = [
  {
    name: 'code of the core imports no package and nothing but the core',
    find: tree =>
      coreOf(tree).flatMap(file =>
        importsOf(file, tree)
          .filter(
            path => !join(dirname(file), path).startsWith('src/core/') || !path.startsWith('.'),
          )
          .map(path => `${file}: ${path}`),
      ),
    planted: {
      'src/core/a.ts: node:fs': { file: 'src/core/a.ts', text: "import 'node:fs'" },
      'src/core/b.ts: zod': { file: 'src/core/b.ts', text: "import { z } from 'zod'" },
      'src/core/c.ts: ../data/x.js': {
        file: 'src/core/c.ts',
        text: "import type {\n  X,\n} from '../data/x.js'",
      },
    },
  },
  {
    name: 'code of strategies imports the face of the core and nothing else',
    find: tree =>
      sourcesOf(tree)
        .filter(file => /^strategies\/(?!index)/.test(file))
        .filter(file => importsOf(file, tree).join() !== '../src/core/index.js'),
    planted: {
      'strategies/nosy.ts': {
        file: 'strategies/nosy.ts',
        text: "import { long } from '../src/core/index.js'\nimport '../src/core/errors.js'",
      },
    },
  },
  {
    // The guard gives it, and a snapshot brings back what it gave.
    name: 'code gives nothing approval but the risk check',
    find: tree =>
      linesWith(
        /\bas (unknown as )?Approved</,
        sourcesOf(tree).filter(
          file => !/^src\/core\/(risk\/guard|trading\/venue\/venue-order)\.ts$/.test(file),
        ),
        tree,
      ),
    planted: {
      'src/live/a.ts': { file: 'src/live/a.ts', text: 'send(order as Approved<Order>)' },
      'src/core/b.ts': { file: 'src/core/b.ts', text: 'enter(fill as unknown as Approved<Fill>)' },
    },
  },
  {
    // The text of the project that `assay init` writes exports by default, as a strategy file may.
    name: 'code exports by name',
    find: tree =>
      linesWith(
        /^export default /,
        sourcesOf(tree).filter(
          file => /^(src|strategies)\//.test(file) && file !== 'src/app/workspace/project.ts',
        ),
        tree,
      ),
    planted: { 'src/app/one.ts': { file: 'src/app/one.ts', text: 'export default 1' } },
  },
  {
    name: 'code has no enum, namespace or decorator',
    find: tree => [
      ...linesWith(/^\s*(export )?(declare )?(const )?(enum|namespace) \w/, sourcesOf(tree), tree),
      ...linesWith(/^\s*@\w+(\(|$)/, sourcesOf(tree), tree),
    ],
    planted: Object.fromEntries(
      ['export const enum Side {}', 'declare namespace Own {}', '  @sealed', '@log()'].map(
        (text, k) => [`src/app/odd-${k}.ts`, { file: `src/app/odd-${k}.ts`, text }],
      ),
    ),
  },
  {
    name: 'each field of what the core exports is explained, old sins aside',
    find: tree =>
      coreOf(tree)
        .map(file => [file, unexplainedIn(file, tree)] as const)
        .filter(([file, fields]) => fields.length > (UNEXPLAINED[file] ?? 0))
        .map(([file, fields]) => `${file}: ${fields.join(', ')}`),
    planted: {
      'src/core/a.ts: A.size': {
        file: 'src/core/a.ts',
        text: '/** A. */\nexport interface A {\n  /** Cash. */\n  readonly cash: number\n  readonly size: number\n}\n',
      },
    },
  },
]

export const FIELDS: Ratchet = {
  name: 'fields without a comment',
  listed: Object.keys(UNEXPLAINED),
  mended: tree =>
    Object.keys(UNEXPLAINED).filter(
      file => !tree.files.includes(file) || unexplainedIn(file, tree).length < UNEXPLAINED[file]!,
    ),
}
