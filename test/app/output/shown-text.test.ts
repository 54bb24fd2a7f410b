import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shownText } from '../../../src/app/output/shown-text.js'

describe('a text that is shown', () => {
  it('holds no character that a terminal obeys, but line breaks and tabs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, colour) => {
        const bare = shownText(text, colour).replace(/\u001b\[\d{1,2}m/g, colour ? '' : '!')
        expect(bare).not.toMatch(/[^\n\t\P{Cc}]|[\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  it('is written so that the characters can be read', () => {
    expect(shownText('a\u001b]0;x\u0007b\r\u009bc\u202ed\te\n')).toBe(
      'a\\x1b]0;x\\x07b\\x0d\\u009bc\\u202ed\te\n',
    )
  })

  it('stays JSON with the same meaning', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(JSON.parse(shownText(JSON.stringify([text], null, 2)))).toEqual([text])
      }),
    )
  })

  it('keeps its paint where colours are wanted', () => {
    const painted = '\u001b[31mred\u001b[0m'
    expect(shownText(painted, true)).toBe(painted)
    expect(shownText(painted)).toBe('\\x1b[31mred\\x1b[0m')
    expect(shownText(`${painted}\u001b[2J`, true)).toBe(`${painted}\\x1b[2J`)
  })
})
