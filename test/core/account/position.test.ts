import { describe, expect, it } from 'vitest'
import { Fill } from '../../../src/core/account/fill.js'
import { Position, type SavedPosition } from '../../../src/core/account/position.js'

function fill(terms: Partial<Fill>): Fill {
  return Object.assign(new Fill(), { side: 1, size: 2, price: 100 }, terms)
}

function held(): Position {
  const position = new Position()
  position.open(fill({}))
  return position
}

describe('a position', () => {
  it('is what has come in less what has left', () => {
    const position = held()
    position.add(fill({ size: 1, price: 130 }))
    position.reduce(fill({ side: -1, size: 0.5, price: 90 }), 1e-9)
    expect(position).toMatchObject({ quantity: 2.5, entryPrice: 110, entered: 3, exited: 0.5 })
  })

  it.each([
    ['no size', { size: 0 }],
    ['a size that is not a number', { size: NaN }],
    ['a size without end', { size: Infinity }],
    ['no price', { price: 0 }],
    ['a price without end', { price: Infinity }],
    ['no side', { side: 0 }],
  ])('is not opened with %s', (_, terms) => {
    expect(() => new Position().open(fill(terms))).toThrow('a position is opened')
  })

  it('is opened from flat only', () => {
    expect(() => held().open(fill({}))).toThrow('while one is open')
  })

  it('is not added to against itself, nor by nothing', () => {
    expect(() => held().add(fill({ side: -1 }))).toThrow('goes against')
    expect(() => held().add(fill({ size: NaN }))).toThrow('adds no size')
    expect(() => held().add(fill({ price: NaN }))).toThrow('has no price')
  })

  it('is not left by more than it holds, by nothing, or at no price', () => {
    const leave = (terms: Partial<Fill>) => () => held().reduce(fill({ side: -1, ...terms }), 1e-9)
    expect(leave({ size: 2.5 })).toThrow('larger than the position')
    expect(leave({ size: 0 })).toThrow('larger than the position')
    expect(leave({ size: NaN })).toThrow('larger than the position')
    expect(leave({ price: NaN })).toThrow('an exit has no price')
    expect(leave({ price: -1 })).toThrow('an exit has no price')
  })

  it('notices that more has left than came in', () => {
    const position = held()
    position.exited = 1
    expect(() => position.reduce(fill({ side: -1, size: 2 }), 1e-9)).toThrow('more has left')
  })

  it.each([
    ['no quantity', { quantity: NaN }, 'holds no quantity'],
    ['the other side', { side: -1 }, 'the other side'],
    ['no entry price', { entryPrice: 0 }, 'has no price'],
    ['less than has come in', { entered: 5 }, 'other than what has come in'],
  ])('is not restored with %s', (_, wrong, message) => {
    const saved: SavedPosition = { ...held().save(), ...wrong }
    expect(() => new Position().restore(saved)).toThrow(message)
  })
})
