import { describe, expect, it } from 'vitest'
import { parseKey } from '../../../src/core/candles/symbols.js'

describe('symbols', () => {
  it.each([
    'SOL-USDC',
    'SOL/USDT:USDT',
    'BINANCE:SOLUSDT',
    'BRK.B',
    '1INCH_USDT',
    '600519',
    '.BXBT',
  ])('"%s" can be stored', text => {
    expect(parseKey(text.toLowerCase(), '1h').symbol).toBe(text)
  })

  it.each([
    '',
    '-',
    '--',
    '-1',
    '../../X',
    'A/../B',
    '/etc',
    ':A',
    'A B',
    'A*',
    'Ä',
    'A'.repeat(41),
  ])('"%s" is no name for a market', text => {
    expect(() => parseKey(text, '1h')).toThrow('is not a name for a market')
  })
})
