import { afterEach, describe, expect, it } from 'vitest'
import type { Candle } from '../../../src/core/candles/candles.js'
import { Session, type Effects, type Input } from '../../../src/core/engine/session.js'
import type { Trade } from '../../../src/core/account/trade.js'
import { seededRng } from '../../../src/core/random.js'
import { JupiterBroker } from '../../../src/live/broker/jupiter-broker.js'
import { FREE, scripted, specOf } from '../../run-spec.js'
import { Stage } from '../swaps/stage.js'

let stage: Stage | undefined
afterEach(() => stage?.close())

const HOUR = 3_600_000
const SYMBOL = 'SOL-USDC'

/** A session whose orders swap in the test world, candle by candle. */
class Trading {
  readonly trades: Trade[] = []
  readonly fills: string[] = []
  private readonly session: Session
  private readonly broker: ReturnType<Stage['rival']>

  constructor(session: Session, broker: ReturnType<Stage['rival']>) {
    this.session = session
    this.broker = broker
  }

  async candle(candle: Candle): Promise<Effects> {
    const effects = this.take({ kind: 'candle', market: 0, candle })
    await this.broker.work()
    for (const answer of this.broker.answers()) {
      if (answer.kind === 'fill') this.fills.push(answer.order)
      this.take(answer)
    }
    return effects
  }

  private take(input: Input): Effects {
    const effects = this.session.take(input)
    this.trades.push(...effects.trades)
    for (const order of effects.place) this.broker.submit(order)
    for (const order of effects.cancel) this.broker.cancel(order)
    return effects
  }
}

describe('a session on the chain', () => {
  it('trades in and out, and its trades are what the wallet gained and paid', async () => {
    stage = await Stage.open({ make: (...terms) => new JupiterBroker(...terms) })
    const { pool, sol, dollar, chain } = stage.world
    const rng = seededRng(5)
    const script = Array.from({ length: 24 }, (_, i) =>
      i % 4 === 1 ? 0.5 : i % 4 === 3 ? 0 : null,
    )
    const spec = specOf(scripted(script), {
      costs: { ...FREE, slippage: 0.003 },
      risk: { positionSize: { kind: 'quote', amount: 3000 } },
      market: { symbol: SYMBOL },
      keepOpen: true,
    })
    const session = new Session(spec, [{ timeframeMs: HOUR, legs: spec.legs }], { venueRun: 'run' })
    const trading = new Trading(session, stage.rival())
    const before = stage.world.balance(dollar)
    const price = (): number =>
      (Number(pool.reserves.get(dollar.mint)!) / Number(pool.reserves.get(sol.mint)!)) * 1000
    for (let i = 0; i < script.length; i++) {
      const open = price()
      pool.movePrice(sol.mint, Math.round(rng.next() * 80 - 40))
      const close = price()
      const [low, high] = [Math.min(open, close), Math.max(open, close)]
      const time = Date.UTC(2026, 9, 1) + i * HOUR
      await trading.candle({ time, open, high, low, close, volume: 1 })
      chain.tick(40)
    }
    expect(trading.trades.length).toBeGreaterThan(3)
    expect(trading.fills.length).toBe(trading.trades.length * 2)
    const gained = trading.trades.reduce((sum, trade) => sum + trade.pnl, 0)
    const paid = stage.journal
      .all()
      .flatMap(({ fills }) => fills)
      .reduce((sum, { fee }) => sum + (Number(fee) / 1e9) * price(), 0)
    // The books hold fees in dollars; the wallet paid them in SOL.
    expect(gained + paid).toBeCloseTo(Number(stage.world.balance(dollar) - before) / 1e6, 1)
  })
})
