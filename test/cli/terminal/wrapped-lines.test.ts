import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wrappedLines } from '../../../src/cli/terminal/wrapped-lines.js'

describe('wrapped lines', () => {
  it('break between words, and go on under where the text begins', () => {
    const text = 'error: the sum is wrong\n  give another one, or none at all\n'
    expect(wrappedLines(text, 20)).toBe(
      'error: the sum is\n  wrong\n  give another one,\n    or none at all\n',
    )
  })

  it('leave a word whole that is longer than the line', () => {
    expect(wrappedLines('see /a/path/that/is/long here', 12)).toBe(
      'see\n  /a/path/that/is/long\n  here',
    )
  })

  it('leave a command whole, which is there to be copied', () => {
    const command = '  assay data fetch SOL-USDC --timeframe 1h'
    expect(wrappedLines(command, 20)).toBe(command)
  })

  it('count no paint', () => {
    const red = '\u001b[31mten places\u001b[0m'
    expect(wrappedLines(red, 10)).toBe(red)
  })

  it('lose no word, and are too long only where a word is', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1 }),
        fc.integer({ min: 16, max: 40 }),
        (words, n) => {
          const lines = wrappedLines(words.join(' '), n).split('\n')
          expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(words)
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(n)
        },
      ),
    )
  })
})
