import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRunRequest } from '../../../src/app/backtest/input/run-input.js'
import { feedSession } from '../../../src/app/live/runner/feed-session.js'
import { reportOnSession } from '../../../src/app/live/session/session-report.js'
import { replayLive, type ReplayedLive } from '../../../src/app/shortfall/replay-live.js'
import { replayJson, replayText } from '../../../src/app/shortfall/replay-text.js'
import { createHttpClient } from '../../../src/data/sources/http/http-client.js'
import { whyNoRedis } from '../../distributed/redis-server.js'
import { LiveHouse } from '../../live/live-house.js'
import { whyNoPostgres } from '../../postgres-server.js'
import { paperTerms } from '../live/paper-terms.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 12)
const PAPER = 'paper00000000001'
const why = whyNoPostgres() ?? whyNoRedis()
const run = {
  params: { fast_ma: 3, slow_ma: 6, min_volume: 0 },
  stopLoss: 0.05,
  capital: 5000,
  fee: '10bps',
}

describe.skipIf(why !== undefined)(
  `sessions beside the engine over their candles${why === undefined ? '' : ` (${why})`}`,
  () => {
    let house: LiveHouse
    let live: string
    const { ask: http, close } = createHttpClient({})
    beforeAll(async () => {
      house = await LiveHouse.open({ start: START, before: 300, after: 500, run })
      await house.trade({ promotion: await house.promote(), capital: 5000 }, START + 90 * MINUTE)
      live = await house.workspace(async workspace => {
        const [record] = await (await workspace.sessions()).list()
        return record!.sessionId
      })
      await paper(START + 200 * MINUTE)
    }, 300_000)
    afterAll(async () => {
      await close()
      await house.close()
    }, 60_000)

    /** A paper session on the same feed. */
    async function paper(until: number): Promise<void> {
      const stop = new AbortController()
      const { clock, venue } = house
      await house.workspace(async workspace => {
        const options = { ...run, symbol: 'SOL-USDC', timeframe: '1m' }
        const request = await readRunRequest('ma_crossover', options, workspace.home.cache)
        const store = await workspace.sessions()
        let ended: Promise<void> | undefined
        await feedSession(workspace, paperTerms(PAPER, request, venue), {
          http,
          clock,
          signal: stop.signal,
          store,
          onCommit: () => {
            ended ??= clock.sleep(until - clock.now()).then(() => stop.abort())
          },
          commandPollMs: 10_000,
        })
        await ended
      })
    }

    const replayed = (session: string, calibrate?: string): Promise<ReplayedLive> =>
      house.workspace(workspace => replayLive(workspace, { live: session, calibrate }))

    it('finds a paper session to be what the engine does: no decision differs, nothing is lost', async () => {
      const { decisions, fills, total, equity, unexplained } = await replayed(PAPER)
      expect(decisions.same).toBeGreaterThan(10)
      expect(decisions.differing).toEqual([])
      expect(fills.length).toBeGreaterThan(4)
      expect(total).toEqual({ signal: 0, timing: 0, price: 0, cost: 0, total: 0 })
      expect(equity.session).toBe(equity.engine)
      expect(unexplained).toBe(0)
      const [first] = fills
      expect(first!.session).toEqual(first!.engine)
      expect(first!.session!.cost, 'it paid its costs, as the engine did').toBeGreaterThan(0)
    })

    it('splits what a live session earned less so that it adds up to the difference of equity', async () => {
      const one = await replayed(live)
      const { decisions, fills, total, equity, unexplained } = one
      expect(decisions.same).toBeGreaterThan(10)
      expect(fills.filter(({ session }) => session !== null).length).toBeGreaterThan(3)
      const { signal, timing, price, cost } = total
      expect(signal + timing + price + cost).toBeCloseTo(total.total, 9)
      expect(equity.engine - equity.session).toBeCloseTo(total.total + unexplained, 9)
      expect(Math.abs(unexplained)).toBeLessThan(1e-6)
      expect(total.total).not.toBe(0)
      const sum = fills.reduce((all, { shortfall }) => all + shortfall.total, 0)
      expect(sum).toBeCloseTo(total.total, 9)
      // The pool may move between quote and landing, within what a swap lets pass.
      for (const { session } of fills) {
        if (session === null) continue
        expect(Math.abs(session.price / session.reference - 1)).toBeLessThan(0.01)
        expect(Math.abs(session.reference / session.decision - 1)).toBeLessThan(0.05)
      }
      expect(replayText(one)).toContain(`assay sessions show ${live}`)
      expect(replayJson(one)).toMatchObject({ session_id: live, mode: 'live', calibration: null })
    })

    it('says how many fills are missing for a cost model, and takes none of a paper session', async () => {
      await expect(replayed(PAPER, 'own')).rejects.toMatchObject({ code: 'USAGE' })
      await expect(replayed(live, 'Not A Name')).rejects.toMatchObject({ code: 'USAGE' })
      await expect(replayed(live, 'own')).rejects.toThrow(/fills are too few.*takes 30/)
    })

    it('writes the page of each, which says whose fills they are', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'assay-session-page-'))
      const pageOf = async (session: string): Promise<string> => {
        const output = join(folder, `${session}.html`)
        const { json } = await house.workspace(workspace =>
          reportOnSession(workspace, { session, output }),
        )
        expect(json).toEqual({ session_id: session, report: output, same_as_engine: true })
        return readFileSync(output, 'utf8')
      }
      try {
        const [own, chain] = [await pageOf(PAPER), await pageOf(live)]
        expect(own).toContain('fills are simulated from the candles that followed')
        expect(own).toContain('none: it was started by flags')
        expect(chain).toContain('fills are what the chain moved')
        expect(chain).toContain('promotion0000001')
        expect(chain).toContain('Events of note')
        expect(own).toContain('How fills are computed')
        expect(chain, 'they were not computed').not.toContain('How fills are computed')
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })

    it('refuses a session that is not there', async () => {
      await expect(replayed('nothing')).rejects.toMatchObject({ code: 'UNKNOWN_SESSION' })
    })
  },
)
