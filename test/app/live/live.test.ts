import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSession } from '../../../src/app/live/session/session-check.js'
import { replayLive } from '../../../src/app/shortfall/replay-live.js'
import type { VenueFill } from '../../../src/core/trading/venue/broker.js'
import type { SessionRecord } from '../../../src/core/ports/trading/sessions.js'
import { pagesOf } from '../../contracts/session-store.js'
import { whyNoRedis } from '../../distributed/redis-server.js'
import { LiveHouse, OTHER_SYMBOL } from '../../live/live-house.js'
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
        after: 1200,
        run: { params: { fast_ma: 3, slow_ma: 6, min_volume: 0 }, stopLoss: 0.05, capital: 5000 },
      })
      promotion = await house.promote()
    }, 120_000)
    afterAll(() => house.close(), 60_000)

    const records = (): Promise<readonly SessionRecord[]> =>
      house.workspace(async workspace => (await workspace.sessions()).list())

    it('is refused before anything is signed where something does not hold', async () => {
      const until = house.clock.now() + MINUTE
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
      await house.clock.sleep(20_000)
      const start = house.clock.now()
      const before = { sol: world.balance(world.sol), dollar: world.balance(world.dollar) }
      await house.trade({ promotion, capital: 5000 }, start + 30 * MINUTE)
      const [record] = await records()
      expect(record).toMatchObject({ mode: 'live', state: 'running', promotionId: promotion })
      await house.clock.sleep(20_000)
      // The database goes away in the middle of it, and comes back.
      const outage = house.databaseAway(start + 36 * MINUTE, start + 39 * MINUTE)
      await house.trade({ session: record!.sessionId }, start + 60 * MINUTE)
      await outage
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
        const backs = (await pagesOf(store.events(record!.sessionId))).filter(
          ({ type }) => type === 'database.back',
        )
        expect(backs.length).toBeGreaterThan(0)
      })
    }, 240_000)

    it('ends a stop that comes during a swap when that has come to its end', async () => {
      await house.clock.sleep(20_000)
      let asked: Promise<unknown> | null = null
      house.onLine = line => {
        if (asked !== null || !line.includes(' prepared')) return
        asked = house.workspace(async workspace => {
          const store = await workspace.sessions()
          const [{ sessionId }] = (await store.list()) as [SessionRecord]
          const stop = { sessionId, command: { name: 'stop' }, actor: 'ada' }
          return store.ask({ ...stop, askedAt: house.clock.now() })
        })
      }
      await house.trade({ promotion, capital: 1000 }, house.clock.now() + 120 * MINUTE)
      house.onLine = () => undefined
      await (asked as Promise<unknown> | null)
      const [record] = await records()
      expect(record).toMatchObject({ state: 'stopped', reason: 'stopped by ada' })
      await house.workspace(async workspace => {
        const journal = await workspace.swaps()
        expect(await journal.unfinished(record!.sessionId)).toEqual([])
        const store = await workspace.sessions()
        const kinds = (await pagesOf(store.inputs(record!.sessionId))).map(({ kind }) => kind)
        expect(kinds, 'the swap was booked').toContain('fill')
        expect(record!.status!.orders).toEqual([])
        expect((await checkSession(workspace, record!)).difference).toBeNull()
      })
    }, 240_000)

    it('manages what is held after its promotion was revoked, and enters nothing', async () => {
      await house.clock.sleep(20_000)
      const wrong = await house.promote('promotion0000002')
      const stop = new AbortController()
      house.onLine = line => {
        if (line.includes(' holds ') && !line.includes('holds nothing')) stop.abort()
      }
      const since = house.clock.now()
      await house.trade({ promotion: wrong, capital: 1000 }, since + 120 * MINUTE, stop.signal)
      house.onLine = () => undefined
      const [{ sessionId, status }] = (await records()) as [SessionRecord]
      expect(status!.positions).toHaveLength(1)
      await house.workspace(async workspace => {
        await (await workspace.promotions()).revoke(wrong, 'it was wrong', house.clock.now())
      })
      await house.clock.sleep(20_000)
      const again = house.clock.now()
      const left = new AbortController()
      house.onLine = line => {
        if (line.includes(' holds nothing')) left.abort()
      }
      await house.trade({ session: sessionId }, again + 120 * MINUTE, left.signal)
      house.onLine = () => undefined
      const [after] = await records()
      expect(after!.status).toMatchObject({ trading: 'reducing', positions: [] })
      expect(after!.status!.holds.join()).toContain('it was wrong')
      await house.workspace(async workspace => {
        const store = await workspace.sessions()
        const fills = (await pagesOf(store.events(sessionId))).filter(
          ({ type, time }) => type === 'trade.executed' && time > again,
        )
        const actions = fills.map(({ payload }) => (payload as { action: string }).action)
        expect(actions.length).toBeGreaterThan(0)
        expect(new Set(actions)).toEqual(new Set(['exit']))
      })
      // With nothing left to leave there is nothing to go on with.
      const refused = house.trade({ session: sessionId }, again + 121 * MINUTE)
      await expect(refused).rejects.toMatchObject({ code: 'NOT_PROMOTED' })
    }, 240_000)

    it('trades several symbols, and several strategies on one, on one wallet; one promotion that is revoked holds its own', async () => {
      const { world } = house
      await house.clock.sleep(20_000)
      const run = { stopLoss: 0.05, capital: 5000 }
      const slower = { params: { period: 3, oversold: 45, overbought: 55 }, ...run }
      const own = await house.promote('promotion0000003')
      const second = { strategy: 'rsi_reversion', run: slower }
      const beside = await house.promote('promotion0000004', second)
      const other = await house.promote('promotion0000005', { symbol: OTHER_SYMBOL })
      const start = house.clock.now()
      const coins = [world.sol, world.meme, world.dollar]
      const before = coins.map(coin => world.balance(coin))
      const promotion = [other, own, beside]
      await house.trade({ promotion, capital: 3000 }, start + 25 * MINUTE)
      const [{ sessionId, manifest }] = (await records()) as [SessionRecord]
      expect(manifest).toMatchObject({ kind: 'portfolio', wallet: expect.any(String) as string })
      expect(house.lines.join('\n')).toContain('33.3 %  rsi_reversion on SOL-USDC')
      const revokedAt = house.clock.now()
      await house.workspace(async workspace => {
        await (await workspace.promotions()).revoke(other, 'it was wrong', revokedAt)
      })
      await house.clock.sleep(20_000)
      await house.trade({ session: sessionId }, start + 55 * MINUTE)
      const [record] = (await records()) as [SessionRecord]
      await house.workspace(async workspace => {
        const store = await workspace.sessions()
        expect((await checkSession(workspace, record)).difference).toBeNull()
        const fills = (await pagesOf(store.events(sessionId)))
          .filter(({ type }) => type === 'trade.executed')
          .map(({ time, payload }) => ({ time, ...(payload as Executed) }))
        const legs = new Set(fills.map(({ symbol, strategy }) => `${symbol} ${strategy}`))
        expect([...legs].sort()).toEqual([
          'MEME-USDC ma_crossover',
          'SOL-USDC ma_crossover',
          'SOL-USDC rsi_reversion',
        ])
        const late = fills.filter(fill => fill.time > revokedAt && fill.action === 'entry')
        expect(late.length).toBeGreaterThan(0)
        expect(new Set(late.map(({ symbol }) => symbol))).toEqual(new Set(['SOL-USDC']))
        const journal = await workspace.swaps()
        const moved = [0n, 0n, 0n]
        for (const { kind, payload } of await pagesOf(store.inputs(sessionId))) {
          if (kind !== 'fill') continue
          const { intent, fills: own } = (await journal.find((payload as VenueFill).order))!
          const [{ given, taken, fee }] = own as [(typeof own)[0]]
          moved[coins.findIndex(({ mint }) => mint === intent.givesMint)]! -= given
          moved[coins.findIndex(({ mint }) => mint === intent.takesMint)]! += taken
          moved[0]! -= fee
        }
        expect(coins.slice(1).map((coin, k) => world.balance(coin) - before[k + 1]!)).toEqual(
          moved.slice(1),
        )
        const state = await workspace.state()
        for (const symbol of ['SOL-USDC', OTHER_SYMBOL]) {
          expect(await state.read(`market:${symbol}:latest`), symbol).toContain('"price"')
        }
        const settings = await state.read('settings:SOL-USDC:strategy')
        expect(JSON.parse(settings!)).toMatchObject({
          active_strategy: ['ma_crossover', 'rsi_reversion'],
        })
        const replayed = await replayLive(workspace, { live: sessionId })
        expect(replayed.decisions.same).toBeGreaterThan(10)
        const { signal, timing, price, cost, total } = replayed.total
        expect(signal + timing + price + cost).toBeCloseTo(total, 6)
        const { engine, session } = replayed.equity
        expect(engine - session).toBeCloseTo(total + replayed.unexplained, 6)
      })
    }, 240_000)
  },
)

interface Executed {
  readonly symbol: string
  readonly strategy: string
  readonly action: 'entry' | 'exit'
}
