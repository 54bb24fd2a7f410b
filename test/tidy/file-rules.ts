import { basename } from 'node:path'
import { LONGEST } from '../longest-first.js'
import { LONG } from './old-sins.js'
import { linesWith, sourcesOf, type Ratchet, type Rule, type Tree } from './tree.js'

const LINES_MAX = 300

const lengthsOf = (tree: Tree): (readonly [file: string, lines: number])[] =>
  sourcesOf(tree).map(file => [file, tree.read(file).split('\n').length - 1])

/** A file of so many lines. */
const longer = (lines: number): string => 'export const n = 1\n'.repeat(lines)

/** What files are named, how long they are, and where they lie. */
export const FILE_RULES: readonly Rule[] = [
  {
    name: `files are at most ${LINES_MAX} lines long, old sins aside`,
    find: tree =>
      lengthsOf(tree)
        .filter(([file, lines]) => lines > (LONG[file] ?? LINES_MAX))
        .map(([file, lines]) => `${file}: ${lines}, split it by idea`),
    planted: { 'src/data/files/long.ts': { file: 'src/data/files/long.ts', text: longer(301) } },
  },
  {
    name: 'files are named by what they define',
    find: tree => {
      const banned = /^(utils?|helpers?|common|managers?|base|types|misc|stuff|lib)\.[a-z.]+$/
      const name = /^(\d{4}-)?[a-z][a-z0-9]*([-_.][a-z0-9]+)*\.(d\.)?(ts|js|css|json)$/
      const sources = sourcesOf(tree)
      return [
        ...tree.files.filter(file => banned.test(basename(file))),
        ...sources.filter(file => !name.test(basename(file))),
        ...sources.filter(file => /_/.test(basename(file)) && !file.startsWith('strategies/')),
      ]
    },
    planted: Object.fromEntries(
      ['test/utils.ts', 'src/core/account/Money.ts', 'src/core/account/real_money.ts'].map(file => [
        file,
        { file, text: '' },
      ]),
    ),
  },
  {
    name: 'files of data lie in data/, but for recorded figures and the example of decisions',
    find: ({ files }) => {
      const data = /\.(csv|tsv|gz|zip|db|sqlite|parquet|jsonl|columns|html|png)$/
      const recorded = /^(test\/(bench\/history\.jsonl|golden\/.*)|docs\/examples\/signals\.csv)$/
      const outside = files.filter(file => data.test(file) && !file.startsWith('data/'))
      return outside.filter(file => !recorded.test(file))
    },
    planted: { 'src/data/candles.csv': { file: 'src/data/candles.csv', text: '' } },
  },
  {
    name: 'the tests begin with files that exist',
    find: ({ files }) => LONGEST.filter(file => !files.includes(file)),
    planted: { [LONGEST[0]!]: { file: LONGEST[0]!, text: null } },
  },
  {
    name: 'the tests hold nothing to a time that passes while they run',
    find: tree =>
      linesWith(
        /expect\([^)]*\b(?:Date|performance)\.now\(/,
        tree.files.filter(file => /^test\/.*\.ts$/.test(file)),
        tree,
      ),
    planted: {
      'test/slow.test.ts': {
        file: 'test/slow.test.ts',
        text: 'expect(Date' + '.now() - t).toBe(1)',
      },
    },
  },
]

export const LONG_FILES: Ratchet = {
  name: 'long files',
  listed: Object.keys(LONG),
  mended: tree => {
    const lines = new Map(lengthsOf(tree))
    return Object.keys(LONG).filter(file => (lines.get(file) ?? 0) < LONG[file]!)
  },
}
