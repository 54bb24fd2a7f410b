import { expect, it } from 'vitest'
import { systemClock } from '../../../src/data/sources/clock.js'
import { sleepUnless } from '../../../src/data/sources/feed/sleep-unless.js'
import { getEventListeners } from 'node:events'

const HOUR = 3_600_000

it('a sleep ends when it is told to, before it begins or in the middle, and leaves nothing', async () => {
  const stop = new AbortController()
  const sleeping = systemClock.sleep(HOUR, stop.signal)
  stop.abort()
  await sleeping
  await systemClock.sleep(HOUR, stop.signal)
  await sleepUnless(stop.signal, systemClock, HOUR)
  expect(getEventListeners(stop.signal, 'abort')).toEqual([])
})

it('a sleep ends when it is woken, and leaves nothing', async () => {
  const stop = new AbortController()
  await sleepUnless(stop.signal, systemClock, HOUR, Promise.resolve())
  for (let k = 0; k < 20; k++) await sleepUnless(stop.signal, systemClock, 0)
  expect(getEventListeners(stop.signal, 'abort')).toEqual([])
})
