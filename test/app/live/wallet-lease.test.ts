import { expect, it } from 'vitest'
import { leaseWallet } from '../../../src/app/live/wallet-lease.js'
import type { Workspace } from '../../../src/app/workspace/compose.js'
import type { StateStore } from '../../../src/core/ports/trading/state.js'
import { MemorySessions } from '../../live/memory-sessions.js'
import { VirtualClock } from '../../live/virtual-clock.js'

it('tells who has taken a wallet, and nothing while nobody can say', async () => {
  const clock = new VirtualClock(0)
  let holder = ''
  let asked = 0
  const state: Pick<StateStore, 'lease' | 'read' | 'release'> = {
    lease: (_key, owner) => {
      asked += 1
      if (asked === 2) return Promise.reject(new Error('Redis is away'))
      if (asked === 3) holder = 'fedcba9876543210 another'
      if (holder === '') holder = owner
      return Promise.resolve(holder === owner)
    },
    read: () => Promise.resolve(holder),
    release: () => Promise.resolve(),
  }
  const workspace = {
    state: () => Promise.resolve(state),
    sessions: () => Promise.resolve(new MemorySessions()),
  } as unknown as Workspace
  const lease = await leaseWallet(workspace, { address: 'W', sessionId: 'abcdef0123456789' }, clock)
  await new Promise<void>(resolve => {
    lease.lost.addEventListener('abort', () => resolve(), { once: true })
  })
  expect(asked).toBe(3)
  expect(lease.lost.reason).toMatchObject({
    code: 'SESSION_TAKEN',
    message: expect.stringContaining('session fedcba9876543210 has taken the wallet W') as unknown,
  })
  await lease.release()
})
