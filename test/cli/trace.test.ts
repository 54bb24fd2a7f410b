import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson } from './assay.js'
import { demoFolder } from './prepared-home.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests below take objects apart at will

const DATA = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']
let folder: string
let run: Json

beforeAll(async () => {
  folder = await demoFolder()
  const file = join(folder, 'shower.ts')
  writeFileSync(
    file,
    `import { debug, defineStrategy, FLAT, long, sma } from 'assay'
export default defineStrategy({
  name: 'shower', description: 'Shows what it compares', params: {}, templates: {},
  indicators: () => ({ line: sma(20) }),
  decide: ({ candle, indicators: { line } }) => {
    debug('above', candle.close.at(0) - line.at(0))
    return candle.close.at(0) > line.at(0) ? long(1) : FLAT
  },
})
`,
  )
  run = await assayJson(folder, 'backtest', file, ...DATA)
})

const trace = (...flags: string[]) => assay(folder, 'trace', run['run_id'], ...flags)

describe('assay trace', () => {
  it('begins where the strategy is asked first, and shows fifty candles', async () => {
    const { code, out } = await trace()
    const lines = out.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(new Set(out.match(/^\d{4}-\d\d-\d\d \d\d:\d\d/gm)).size).toBe(50)
    const heads = lines.filter(line => line.startsWith('time ')).join(' ')
    expect(heads).toMatch(/^time .*line.*equity.*intent.*debug\.above/)
    const from = String(run['manifest'].decide_from)
    expect(lines[2]).toContain(from.slice(0, 16).replace('T', ' '))
  })

  it('shows the trades of the run where they were decided, as CSV and JSON too', async () => {
    const [first] = run['trades']
    const from = ['--from', first.entry_time, '--candles', '3']
    const rows = JSON.parse((await trace(...from, '--json')).out) as Json[]
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({ time: first.entry_time, entry_price: first.entry_price })
    expect(rows[0]!['debug'].above).toBe(rows[0]!['close'] - rows[0]!['indicators'].line)
    const lines = (await trace(...from, '--csv')).out.trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^time,open,high,low,close,volume,line,equity/)
    expect(lines[1]).toContain(`,${rows[0]!['close']},`)
  })

  it.each([
    ['a time after the run', ['--from', '2100-01-01'], /no candle of the run lies there/],
    ['no candles', ['--candles', '0'], /--candles is "0"/],
    ['two formats', ['--csv', '--json'], /--csv and --json are given both/],
  ])('refuses %s', async (_what, flags, message) => {
    const { code, err } = await trace(...flags)
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
  })
})
