import { describe, expect, it } from 'vitest'
import {
  importedKey,
  parseKey,
  sourcedSymbol,
  splitSymbol,
  symbolOf,
} from '../../../src/core/candles/symbols.js'

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

describe('a symbol with a source', () => {
  it('keeps the source in lower case, whatever way it was written', () => {
    expect(parseKey('sol-usdc@Binance', '60m')).toEqual({
      symbol: 'SOL-USDC@binance',
      timeframe: '1h',
    })
    expect(splitSymbol('SOL-USDC@binance')).toEqual({ symbol: 'SOL-USDC', source: 'binance' })
    expect(importedKey({ symbol: 'SOL-USDC', timeframe: '1h' })).toEqual({
      symbol: 'SOL-USDC',
      timeframe: '1h',
      source: 'file',
    })
    expect(symbolOf({ symbol: 'SOL-USDC', source: 'binance' })).toBe('SOL-USDC@binance')
    expect(symbolOf({ symbol: 'SOL-USDC', source: 'file' })).toBe('SOL-USDC')
    expect(sourcedSymbol({ symbol: 'SOL-USDC', source: 'okx' })).toBe('SOL-USDC@okx')
    expect(sourcedSymbol({ symbol: 'SOL-USDC@okx', source: 'binance' })).toBe('SOL-USDC@okx')
  })

  it.each(['SOL-USDC@', '@binance', 'SOL@a@b', 'SOL@bin ance', 'SOL@-x'])('is not %s', text => {
    expect(() => parseKey(text, '1h')).toThrow('is not a name for a market')
  })
})
