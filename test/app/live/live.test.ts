import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSession } from '../../../src/app/live/session-check.js'
import type { SessionRecord } from '../../../src/core/ports/sessions.js'
import { whyNoRedis } from '../../distributed/redis-server.js'
import { LiveHouse } from '../../live/live-house.js'
import { whyNoPostgres } from '../../postgres-server.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 12)
const why = whyNoPostgres() ?? whyNoRedis()

describe.skipIf(why !== undefined)(
  `live trading against a simulated chain${why === undefined ? '' : ` (${why})`}`,
  () => {
    let house: LiveHouse
    let promotion: string
    beforeAll(async () => {
      house = await LiveHouse.open({
        start: START,
        before: 300,
        after: 400,
        run: { params: { fast_ma: 3, slow_ma: 6, min_volume: 0 }, stopLoss: 0.05, capital: 5000 },
      })
      promotion = await house.promote()
    }, 120_000)
    afterAll(() => house.close(), 60_000)

    const records = (): Promise<readonly SessionRecord[]> =>
      house.workspace(async workspace => (await workspace.sessions()).list())

    it('is refused before anything is signed where something does not hold', async () => {
      const until = START + MINUTE
      const landed = house.world.chain.landed.size
      const refused = (options: object) => house.trade({ promotion, ...options }, until)
      await expect(refused({ iUnderstandThisTradesRealMoney: false })).rejects.toMatchObject({
        code: 'LIVE_REFUSED',
      })
      await expect(refused({ promotion: 'nothing' })).rejects.toMatchObject({
        code: 'UNKNOWN_PROMOTION',
      })
      await expect(refused({ wallet: undefined })).rejects.toMatchObject({ code: 'USAGE' })
      await expect(refused({ cluster: 'devnet' })).rejects.toMatchObject({ code: 'LIVE_REFUSED' })
      expect(house.world.chain.landed.size).toBe(landed)
    }, 120_000)

    it('swaps what the strategy decides, goes on after an interruption, and its books are the chain’s', async () => {
      const { world } = house
      const before = { sol: world.balance(world.sol), dollar: world.balance(world.dollar) }
      await house.trade({ promotion, capital: 5000 }, START + 30 * MINUTE)
      const [record] = await records()
      expect(record).toMatchObject({ mode: 'live', state: 'running', promotionId: promotion })
      await house.clock.sleep(20_000)
      await house.trade({ session: record!.sessionId }, START + 70 * MINUTE)
      const [after] = await records()
      expect(after!.sessionId).toBe(record!.sessionId)
      await house.workspace(async workspace => {
        const journal = await workspace.swaps()
        const store = await workspace.sessions()
        const trades = await store.trades(record!.sessionId)
        expect(trades.length, house.lines.slice(-30).join('\n')).toBeGreaterThan(1)
        let [sol, dollar] = [0n, 0n]
        for await (const page of store.inputs(record!.sessionId)) {
          for (const { kind, payload } of page) {
            if (kind !== 'fill') continue
            const found = await journal.find((payload as { order: string }).order)
            const [fill] = found!.fills
            const isBuy = found!.intent.side === 'buy'
            sol += (isBuy ? fill!.taken : 0n - fill!.given) - fill!.fee
            dollar += isBuy ? 0n - fill!.given : fill!.taken
          }
        }
        expect(world.balance(world.dollar) - before.dollar).toBe(dollar)
        // Accounts that a swap opens and closes again give their rent back.
        expect(world.balance(world.sol) - before.sol).toBe(sol)
        const check = await checkSession(workspace, after!)
        expect(check.difference).toBeNull()
        expect(await journal.unfinished(record!.sessionId)).toEqual([])
      })
    }, 240_000)
  },
)
