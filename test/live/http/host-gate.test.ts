import { describe, expect, it } from 'vitest'
import type { LiveClock } from '../../../src/live/clock.js'
import { HostGate, HostGates } from '../../../src/live/http/host-gate.js'

/** A clock that sleeping moves on at once. */
class Clock implements LiveClock {
  time = 1_800_000_000_000
  now(): number {
    return this.time
  }
  sleep(ms: number): Promise<void> {
    this.time += ms
    return Promise.resolve()
  }
  random(): number {
    return 0.5
  }
}

const answer = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
): { status: number; headers: Readonly<Record<string, string>>; text: string } => ({
  status,
  headers,
  text: '',
})

describe('the gate of a host', () => {
  it('spaces requests, and has nobody wait longer than he will', async () => {
    const clock = new Clock()
    const gate = new HostGate(2, clock)
    const start = clock.time
    expect(await gate.enter(0)).toBe(true)
    expect(await gate.enter(499)).toBe(false)
    expect(await gate.enter(500)).toBe(true)
    expect(clock.time - start).toBe(500)
  })

  it('rests as long as the host says, by the clock of the host', async () => {
    const clock = new Clock()
    const gate = new HostGate(Infinity, clock)
    // The host's clock is an hour behind ours.
    const date = new Date(clock.time - 3_600_000).toUTCString()
    const reset = String(clock.time / 1000 - 3_600 + 7)
    gate.notice(answer(429, { date, 'x-ratelimit-reset': reset }))
    expect(gate.waitMs).toBe(7_000)
    expect(await gate.enter(6_999)).toBe(false)
    expect(await gate.enter(7_000)).toBe(true)
  })

  it('rests for longer each time where the host says nothing, and at most a minute', () => {
    const clock = new Clock()
    const gate = new HostGate(Infinity, clock)
    const rests = Array.from({ length: 8 }, () => {
      gate.notice(answer(429))
      const wait = gate.waitMs
      clock.time += wait
      return wait / 1000
    })
    expect(rests).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    gate.notice(answer(200))
    gate.notice(answer(429))
    expect(gate.waitMs).toBe(1_000)
  })

  it('is one for all who ask the same host', () => {
    const gates = new HostGates(1, new Clock())
    expect(gates.of('https://a.example/one')).toBe(gates.of('https://a.example/two'))
    expect(gates.of('https://a.example')).not.toBe(gates.of('https://b.example'))
  })
})
