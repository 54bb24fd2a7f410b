import { describe, expect, it } from 'vitest'
import { endInOrder } from '../../src/api/orderly-end.js'

const never = new Promise<never>(() => undefined)

describe('the end of a server', () => {
  it('ends one thing after the other, and what fails holds up nothing', async () => {
    const done: string[] = []
    const step = (name: string, end: () => Promise<void> = () => Promise.resolve()) =>
      [name, () => end().finally(() => void done.push(name))] as const
    const told = await endInOrder(
      [
        step('requests', () => new Promise(end => setImmediate(end))),
        step('jobs', () => Promise.reject(new Error('the database is away'))),
        step('streams'),
      ],
      never,
    )
    expect(done).toEqual(['requests', 'jobs', 'streams'])
    expect(told).toEqual(['jobs: the database is away'])
  })

  it('gives up what hangs when the time is over, and says what that was', async () => {
    let over = (): void => undefined
    const late = new Promise<void>(done => (over = done))
    const begun: string[] = []
    const begin = (name: string): Promise<void> => Promise.resolve(void begun.push(name))
    const ending = endInOrder(
      [
        ['requests', () => begin('requests')],
        ['jobs', () => (begun.push('jobs'), over(), never)],
        ['streams', () => begin('streams')],
      ],
      late,
    )
    expect(await ending).toEqual(['jobs: not done in time'])
    expect(begun).toEqual(['requests', 'jobs'])
  })
})
