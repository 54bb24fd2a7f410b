import { expect, it } from 'vitest'
import { SlotClock } from '../../../../src/data/sources/prices/slot-clock.js'

const SECOND = 1000
/** A clock that has seen a chain of that pace, every five seconds for so long. */
function seen(slotMs: number, seconds: number): { clock: SlotClock; at: number; slot: number } {
  const clock = new SlotClock()
  let [at, slot] = [0, 1000]
  for (at = 0; at <= seconds * SECOND; at += 5 * SECOND) {
    slot = 1000 + Math.floor(at / slotMs)
    clock.see(slot, at)
  }
  return { clock, at: at - 5 * SECOND, slot }
}

it.each([214, 400, 600])('tells ages of a chain with slots of %i ms', slotMs => {
  const { clock, at, slot } = seen(slotMs, 120)
  expect(clock.age(slot, at)).toBe(0)
  expect(clock.age(slot - 100, at)).toBe(100)
  const later = at + 30 * SECOND
  expect(Math.abs(clock.age(slot, later) - (30 * SECOND) / slotMs)).toBeLessThan(3)
  expect(Math.abs(clock.timeOf(slot - 100, at) - (at - 100 * slotMs))).toBeLessThan(2 * SECOND)
})

it('does not take a copy that has fallen behind for the chain, for minutes', () => {
  const { clock, at, slot } = seen(400, 120)
  for (let k = 1; k <= 30; k++) {
    const now = at + 5 * SECOND * k
    const behind = slot + Math.floor((5 * SECOND * k) / 400) - 100
    clock.see(behind, now)
    expect(clock.age(behind, now)).toBeGreaterThan(90)
  }
})

it('begins anew after a long silence, and knows nothing before the first answer', () => {
  expect(new SlotClock().age(5, 0)).toBe(0)
  const { clock, at, slot } = seen(400, 120)
  clock.see(slot + 10, at + 400 * SECOND)
  expect(clock.age(slot + 10, at + 400 * SECOND)).toBe(0)
})
