import { describe, expect, it } from 'vitest'
import { mergeWarnings } from '../../../src/backtest/portfolio/merged-warnings.js'

const warn = (symbol: string, text: string): { symbol: string; text: string } => ({ symbol, text })

describe('warnings of several markets', () => {
  it('are one line with the markets named, where they say the same', () => {
    expect(
      mergeWarnings([warn('A', 'No volume.'), warn('B', 'Gaps.'), warn('C', 'No volume.')]),
    ).toEqual(['A, C: No volume.', 'B: Gaps.'])
  })

  it('list the numbers in which they differ, in the order of the markets', () => {
    const texts = [
      '3 of 40 trades, 7.50 %, since 2024-01-01T00:00:00Z.',
      '5 of 40 trades, 12 %, since 2024-02-01T00:00:00Z.',
    ]
    expect(mergeWarnings([warn('A', texts[0]!), warn('B', texts[1]!)])).toEqual([
      'A, B: 3 / 5 of 40 trades, 7.50 % / 12 %, since 2024-01-01T00:00:00Z / 2024-02-01T00:00:00Z.',
    ])
  })

  it('list four of many numbers', () => {
    const many = Array.from({ length: 9 }, (_, k) => warn(`M${k}`, `${k} entries refused.`))
    expect(mergeWarnings(many)).toEqual([
      'M0, M1, M2, M3, M4, M5, M6, M7, M8: 0 / 1 / 2 / 3 / … entries refused.',
    ])
  })
})
