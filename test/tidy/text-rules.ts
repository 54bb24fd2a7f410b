import { OTHER_BARS } from './old-sins.js'
import { linesWith, textsOf, type Ratchet, type Rule, type Tree } from './tree.js'

function barsOf(tree: Tree): string[] {
  const bars =
    /\b(?:klines?|bars?)\b|[a-z](?:Bars?|Klines?)\b|\b(?:bars?|klines?)(?=[A-Z])|\bOHLCV?\b/
  const sources = tree.files.filter(file => /^(src|strategies)\/.*\.(ts|css)$/.test(file))
  return sources.filter(file => linesWith(bars, [file], tree).length > 0)
}

// Words that this file may not hold itself.
const LATER = ['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK']
const FOLDERS = ['work', 'root', 'home', 'Users']

/** What texts say, comments included. */
export const TEXT_RULES: readonly Rule[] = [
  {
    name: 'texts hold no work left for later',
    find: tree => linesWith(new RegExp(`\\b(${LATER.join('|')})\\b`), textsOf(tree), tree),
    planted: Object.fromEntries(
      LATER.map((word, k) => [`docs/later-${k}.md`, { file: `docs/later-${k}.md`, text: word }]),
    ),
  },
  {
    name: 'texts name no folder of one machine',
    find: tree =>
      linesWith(new RegExp(`(^|[\\s'"\`(=])/(${FOLDERS.join('|')})/`), textsOf(tree), tree),
    planted: Object.fromEntries(
      FOLDERS.map(name => [
        `scripts/${name.toLowerCase()}.ts`,
        { file: `scripts/${name.toLowerCase()}.ts`, text: `const at = '/${name}/me'` },
      ]),
    ),
  },
  {
    name: 'texts of the docs promise nothing that no command shows',
    find: tree =>
      linesWith(
        /\b(blazing(ly)?|seamless(ly)?|effortless(ly)?|cutting[- ]edge|world[- ]class|revolutionary|state[- ]of[- ]the[- ]art|game[- ]chang(er|ing)|lightning[- ]fast|supercharge[sd]?)\b/i,
        tree.files.filter(file => file.endsWith('.md')),
        tree,
      ),
    planted: { 'docs/loud.md': { file: 'docs/loud.md', text: 'A blazingly fast engine.' } },
  },
  {
    name: 'texts call a candle a candle',
    find: tree => barsOf(tree).filter(file => !Object.hasOwn(OTHER_BARS, file)),
    planted: Object.fromEntries(
      ['const lastBar = 1', '// the bar before', 'let klines = []', '// an OHLC row'].map(
        (text, k) => [`strategies/own_${k}.ts`, { file: `strategies/own_${k}.ts`, text }],
      ),
    ),
  },
]

export const BARS: Ratchet = {
  name: 'other bars',
  listed: Object.keys(OTHER_BARS),
  mended: tree => {
    const found = barsOf(tree)
    return Object.keys(OTHER_BARS).filter(file => !found.includes(file))
  },
}
