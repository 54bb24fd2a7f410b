import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { assay } from './assay.js'
import { marketsFolder } from './prepared-home.js'
import { GRID, MARKET, QUIET } from './sweep-candles.js'

const folder = await marketsFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MA = ['ma_crossover', ...MARKET]

describe('assay sweep refuses', () => {
  it.each([
    ['an empty range', [...MA, '--grid', 'fast_ma=9:5:1'], /from "9" is above to "5"/],
    ['a step of 0', [...MA, '--grid', 'fast_ma=5:9:0'], /step "0" is not above 0/],
    ['a value out of range', [...MA, '--grid', 'fast_ma=0:9:1'], /fast_ma is "0"/],
    ['an unknown name', [...MA, '--grid', 'fast_na=5:9:1'], /did you mean fast_ma/],
    ['a name given twice', [...MA, '--grid', 'fast_ma=5', '--grid', 'fast_ma=6'], /swept twice/],
    ['text for a number', [...MA, '--grid', 'fast_ma=a:b:c'], /"a" is no number/],
    ['nothing to vary', MA, /nothing is varied/],
    ['an unknown method', [...MA, ...GRID, '--method', 'grit'], /did you mean grid/],
    ['an unknown objective', [...MA, ...GRID, '--objective', 'sharp'], /did you mean sharpe/],
    ['a broken condition', [...MA, ...GRID, '--where', 'slow_ma >'], /slow_ma >/],
    [
      'no allowed set',
      [...MA, ...GRID, '--where', 'fast_ma > 99'],
      /ma_crossover on SYNTH-A 1h has 70 combinations, but none meets --where "fast_ma > 99"/,
    ],
    [
      'no set that the strategy allows, saying which and why',
      [
        'macd_crossover,ma_crossover',
        ...MARKET,
        '--grid',
        'risk.stop_loss=0.1,0.2',
        '--where',
        '1 > 2',
      ],
      /macd_crossover on SYNTH-A 1h has 2 combinations, but none meets/,
    ],
    [
      'no set that the check of the strategy allows',
      [...MA, '--grid', 'fast_ma=40:60:10'],
      /none is allowed; of the first it says: fast_ma "40" must be below slow_ma "30"/,
    ],
    [
      'more sets than asked for',
      [...MA, '--grid', 'fast_ma=1:100:1', '--grid', 'slow_ma=101:1000:1', '--max-trials', '100'],
      /90,000 sets .* --max-trials is 100/,
    ],
    [
      'two billion sets, at once',
      [
        ...[...MA, '--grid', 'fast_ma=1:500:1', '--grid', 'slow_ma=2:1000:1'],
        ...['--grid', 'risk.stop_loss=0.001:0.5:0.0001'],
      ],
      /--max-trials is 1,000,000/,
    ],
    [
      'a warm-up longer than the data',
      [...MA, '--to', '2023-01-10', '--grid', 'slow_ma=20,900'],
      /needs more candles/,
    ],
    ['an unknown sweep', ['--resume', 'nope'], /no sweep "nope"/],
    ['other flags with --resume', ['--resume', 'latest', ...GRID], /but --grid is given too/],
    ['memory without a unit', [...MA, ...GRID, '--memory', '5'], /--memory is "5"/],
    [
      'several objectives for tpe',
      [...MA, ...GRID, '--method', 'tpe', '--objective', 'sharpe', '--objective', 'cagr'],
      /follows one objective/,
    ],
    [
      'a symbol that is not stored',
      ['ma_crossover', '--symbol', 'SYNTH-C', '--timeframe', '1h', ...GRID],
      /SYNTH-C/,
    ],
    [
      'both ways to name templates',
      [...MA, '--template', 'aggressive', '--templates', 'all'],
      /given both/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await assay(folder, 'sweep', ...args, ...QUIET)
    expect(err).toMatch(message)
    expect(code, err).toBe(2)
    expect(out).toBe('')
  })
})
