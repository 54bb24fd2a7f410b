import { expect } from 'vitest'
import type { Stage, StageOptions } from '../stage.js'

/** Something that happens to a swap, and what must come of it. */
export interface Scenario {
  readonly name: string
  readonly options?: Omit<StageOptions, 'make'>
  readonly run: (stage: Stage) => Promise<void>
}

/** As often as anybody asks. */
export const MANY = 1e9

/** An order to sell 5 SOL fills, with so many transactions. */
export async function fills(stage: Stage, attempts = 1): Promise<string> {
  const order = stage.order('sell', 5)
  await stage.work()
  expectFilled(stage, order, attempts)
  return order
}

/** An order has filled, with so many transactions, and the session heard of it last. */
export function expectFilled(stage: Stage, order: string, attempts = 1): void {
  const known = stage.intent(order)
  const states = known.attempts.map(({ state, reason }) => `${state} ${reason ?? ''}`)
  expect(known.state, states.join(', ')).toBe('filled')
  expect(known.attempts, states.join(', ')).toHaveLength(attempts)
  expect(stage.heard(order).at(-1)).toBe('filled')
}

/** An order was refused, for such a reason, and nothing landed. */
export function expectRefused(stage: Stage, order: string, reason: RegExp): void {
  expect(stage.heard(order).at(-1)).toBe('refused')
  const told = stage.answers.findLast(answer => answer.order === order)!
  expect(told).toMatchObject({ reason: expect.stringMatching(reason) as unknown })
  expect(stage.world.chain.landed.size).toBe(0)
}

/** Mends something once an attempt has been proved to have expired. */
export function mendOnExpiry(stage: Stage, mend: () => void): void {
  stage.onNotice = ({ kind }) => {
    if (kind === 'expired') mend()
  }
}
