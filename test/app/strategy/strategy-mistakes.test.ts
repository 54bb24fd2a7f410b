import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assay } from '../../cli/assay.js'
import { demoFolder } from '../../cli/prepared-home.js'

let folder: string

beforeAll(async () => {
  folder = await demoFolder()
  writeFileSync(join(folder, 'helper.ts'), 'export const helper = 10\n')
  writeFileSync(join(folder, 'broken.ts'), 'export const broken = 1\nconst y = {\n  a: 1,,\n}\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Written {
  readonly head?: string
  readonly names?: string
  readonly indicators?: string
  readonly decide?: string
}

/** The file: line 1 the import of assay, line 2 the head, line 4 the indicators, line 5 the decision. */
const code = ({ head = '', names = 'sma', indicators = 'slow: sma(10)', decide = '' }: Written) =>
  `import { defineStrategy, HOLD, long, ${names} } from 'assay'
${head}
export default defineStrategy({ name: 'own', description: 'One of a user', params: {},
  indicators: () => ({ ${indicators} }),
  decide(now) { ${decide}; return HOLD } })
`

const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--to', '2024-01-03']

const CASES: readonly (readonly [name: string, written: Written, said: RegExp])[] = [
  [
    'parts taken for one indicator',
    { names: 'stochastic', indicators: 'k: stochastic(14)', decide: 'now.indicators.k.at(0)' },
    /is declared wrongly: indicator k is stochastic, which has the parts k and d and is not one indicator\n {2}did you mean k: stochastic\(\.\.\.\)\.k\?/,
  ],
  [
    'parts under another name',
    { names: 'bollinger', indicators: 'band: bollinger(20)' },
    /indicator band is bollinger, which has the parts upper, middle, lower, width and percentB .*\n {2}did you mean band: bollinger\(\.\.\.\)\.upper\?/,
  ],
  [
    'a part that there is not',
    { names: 'macd', indicators: 'k: macd(12, 26, 9).hist' },
    /macd has no part "hist": it has line, signal and histogram; did you mean macd\(\.\.\.\)\.histogram\?\n {2}at .*own\.\w+:4:/,
  ],
  [
    'an indicator made of parts',
    { names: 'stochastic, sma', indicators: 'k: sma(3, stochastic(14))' },
    /stochastic is k and d, not one indicator; write stochastic\(\.\.\.\)\.k\n {2}at .*own\.\w+:4:/,
  ],
  [
    'a function for an indicator',
    { indicators: 'slow: sma' },
    /indicator slow is a function, not what it gives\n {2}call it with its settings: slow: sma\(20\)/,
  ],
  ['a number for an indicator', { indicators: 'slow: 5' }, /indicator slow is 5, which is no/],
  [
    'an indicator that is not declared',
    { decide: 'now.indicators.slwo.at(0)' },
    /at the candle of .*: there is no now\.indicators\.slwo; did you mean now\.indicators\.slow\?\n {2}at .*own\.\w+:5:/,
  ],
  [
    'a column that candles do not have',
    {
      names: 'isAbove, sma',
      decide: 'if (isAbove(now.indicators.slow, now.candle.clsoe)) return long(1)',
    },
    /there is no now\.candle\.clsoe; did you mean now\.candle\.close\?/,
  ],
  [
    'a member that a moment does not have',
    { decide: 'now.candles.close.at(0)' },
    /there is no now\.candles; did you mean now\.candle\?/,
  ],
  [
    'a look back compared as a number',
    { decide: 'if (now.indicators.slow > 50) return long(1)' },
    /a look back is used as a number; write \.at\(0\) behind it for the candle just closed\n {2}at .*own\.\w+:5:/,
  ],
  [
    'a name that is not exported',
    { names: 'smaa', indicators: 'slow: smaa(10)' },
    /does not compile: .*own\.\w+:1:38: imports smaa, but "assay" exports no smaa; did you mean sma\?\n {2}import \{ sma \} from 'assay'/,
  ],
  [
    'a member of the whole package that is not there',
    { head: "import * as all from 'assay'", indicators: 'slow: all.smaa(10)' },
    /does not compile: .*own\.\w+:4:\d+: imports smaa, but "assay" exports no smaa; did you mean sma\?/,
  ],
  [
    'a name that is used without its import',
    { names: 'ema', indicators: 'slow: sma(10)' },
    /sma is not defined; import \{ sma \} from 'assay'\n {2}at .*own\.\w+:4:/,
  ],
  [
    'a name that is not there',
    { indicators: 'slow: smaa(10)' },
    /smaa is not defined; did you mean sma\?\n {2}at .*own\.\w+:4:/,
  ],
  [
    'a package that is not there',
    { head: "import { atr } from 'asay'", indicators: 'slow: atr(10)' },
    /does not compile: .*own\.\w+:2:\d+: imports "asay"; did you mean "assay"\?/,
  ],
  [
    'a file that is not there',
    { head: "import { helper } from './helpr'", indicators: 'slow: sma(helper)' },
    /own\.\w+:2:\d+: imports "\.\/helpr", but there is no such file; did you mean "\.\/helper"\?/,
  ],
  [
    'a folder that is not there',
    { head: "import { helper } from './lib/helper'", indicators: 'slow: sma(helper)' },
    /imports "\.\/lib\/helper", but there is no such file\n {2}there is no folder ".*lib"/,
  ],
  [
    'a name that an own file does not export',
    { head: "import { halper } from './helper'", indicators: 'slow: sma(halper)' },
    /own\.\w+:2:10: No matching export in ".*helper\.ts" for import "halper"\n {2}did you mean "helper"\?/,
  ],
  [
    'a slip of syntax',
    { head: 'const x = ;' },
    /does not compile: .*own\.\w+:2:11: Unexpected ";"/,
  ],
  [
    'a slip of syntax in an own file',
    { head: "import { broken } from './broken'", indicators: 'slow: sma(broken)' },
    /does not compile: .*broken\.ts:3:8: Expected identifier but found ","/,
  ],
  [
    'a throw at the top',
    { head: "throw new Error('lost')" },
    /fails when it is loaded: lost\n {2}at .*own\.\w+:2:7\n {2}keep the top of the file/,
  ],
]

for (const ending of ['ts', 'js']) {
  describe(`a mistake in a .${ending} file`, () => {
    for (const [k, [name, written, said]] of CASES.entries()) {
      it(`is told by its cause: ${name}`, async () => {
        const own = join(folder, `${k}`)
        const file = `${own}_own.${ending}`
        writeFileSync(file, code(written))
        const command = ending === 'ts' ? ['backtest'] : ['check']
        const { code: exit, err } = await assay(folder, ...command, file, ...MARKET)
        expect([exit, err]).toEqual([2, expect.stringMatching(said)])
        expect(err).not.toMatch(/looks like a bug|\n\s+at .*dist/)
      })
    }
  })
}
