import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { assay, assayJson } from './assay.js'
import { marketsFolder } from './prepared-home.js'
import { MARKET, QUIET } from './sweep-candles.js'

const folder = await marketsFolder()
const file = join(folder, 'deep.ts')
writeFileSync(
  file,
  `import { crossedOver, defineStrategy, integer, long, sma, FLAT, HOLD } from 'assay'
export default defineStrategy({
  name: 'deep',
  description: 'Looks back far',
  params: { back: integer({ default: 300, min: 0, max: 5000 }) },
  indicators: () => ({ fast: sma(20) }),
  decide(now) {
    const { candle, indicators, params } = now
    const past = (params.back > 250 ? indicators.fast : candle.low).at(params.back)
    if (crossedOver(candle.close, candle.open)) return HOLD
    return past < candle.close.at(0) ? long(1) : FLAT
  },
})
`,
)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const warned = async (...args: string[]): Promise<string[]> =>
  (
    (await assayJson(folder, ...args, ...QUIET)) as unknown as { warnings: string[] }
  ).warnings.filter(text => text.includes('and got NaN'))

const READ =
  'deep read indicators.fast.at(300) at the candle of 2023-01-01T19:00:00Z, where the history had 20 candles, and got NaN (the first of 281 reads before the first candle). Declare an indicator with a warm-up of 300 candles, for the strategy is asked only once all of its indicators have a value, or test for NaN.'

describe('a look back beyond the first candle', () => {
  it('is warned of once a run, with what was read, when, and what there was', async () => {
    expect(await warned('backtest', file, ...MARKET)).toEqual([READ])
    const { out } = await assay(folder, 'backtest', file, ...MARKET, ...QUIET)
    expect(out).toContain('! deep read indicators.fast.at(300) at the candle of')
  })

  it('names a column of the candles', async () => {
    const [warning] = await warned('backtest', file, ...MARKET, '--set', 'back=20')
    expect(warning).toContain('deep read candle.low.at(20) at the candle of 2023-01-01T19:00:00Z')
    expect(warning).toContain('and got NaN. Declare')
  })

  it('is none where the history is long enough', async () => {
    expect(await warned('backtest', file, ...MARKET, '--set', 'back=19')).toEqual([])
  })

  it('is warned of once a sweep, with the number of sets, the same over any workers', async () => {
    for (const workers of ['1', '2']) {
      const args = ['sweep', file, ...MARKET, '--grid', 'back=10,20,300', '--workers', workers]
      const warnings = await warned(...args)
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toMatch(
        /^In 2 of 3 sets a strategy read before the first candle\. First: deep read candle\.low\.at\(20\)/,
      )
    }
  })

  it('is warned of in a portfolio, with its symbol', async () => {
    const config = join(folder, 'config.json')
    const own = { active_strategy: file, parameters: { custom_params: { back: 300 } } }
    writeFileSync(config, JSON.stringify({ 'SYNTH-A': own, 'SYNTH-B': own }))
    const warnings = await warned('portfolio', '--config', config, '--timeframe', '1h')
    expect(warnings).toEqual([`SYNTH-A, SYNTH-B: ${READ}`])
  })
})
