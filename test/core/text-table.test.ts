import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { widthOf } from '../../src/core/text-layout.js'
import { table } from '../../src/core/text-table.js'

const linesOf = (text: string): string[] => text.split('\n')

describe('a table', () => {
  it('aligns columns, numbers to the right', () => {
    expect(
      linesOf(
        table(
          ['name', 'n'],
          [
            ['one', '1'],
            ['two', '22'],
          ],
        ),
      ),
    ).toEqual(['name   n', '----  --', 'one    1', 'two   22'])
  })

  it('wraps words before it breaks any', () => {
    const lines = linesOf(table(['key', 'what it is'], [['a', 'some words that are too many']], 24))
    expect(lines.slice(2)).toEqual(['a    some words that are', '     too many'])
  })

  it('never wraps a date', () => {
    const row = ['2024-01-01 00:00', 'words that give way first', '12.5']
    expect(table(['time', 'what', 'x'], [row], 40)).toContain('2024-01-01 00:00')
  })

  it('repeats its first column where columns stand below each other', () => {
    const heads = ['trial', ...Array.from({ length: 8 }, (_, k) => `parameter_${k}`)]
    const rows = [heads.map((_, k) => String(k))]
    const text = table(heads, rows, 40)
    expect(text.match(/^trial/gm)!.length).toBeGreaterThan(2)
    for (const head of heads) expect(text).toContain(head)
  })

  it('is never wider than it may be, and loses no cell', () => {
    const cell = fc.oneof(fc.stringMatching(/^[a-z]{1,60}( [a-z]{1,60})?$/), fc.nat().map(String))
    const rows = fc.integer({ min: 1, max: 12 }).chain(count =>
      fc.array(fc.array(cell, { minLength: count, maxLength: count }), {
        minLength: 2,
        maxLength: 6,
      }),
    )
    fc.assert(
      fc.property(rows, ([heads, ...body]) => {
        const text = table(heads!, body)
        for (const line of linesOf(text)) expect(widthOf(line)).toBeLessThanOrEqual(80)
        const letters = (all: string): string => [...all.replace(/[\s-]/g, '')].sort().join('')
        const shown = letters(text)
        for (const one of body.flat()) {
          expect(shown.length).toBeGreaterThanOrEqual(letters(one).length)
        }
      }),
    )
  })
})
