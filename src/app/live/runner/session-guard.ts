import { followed, guarded } from '../../../backtest/run/replay/decision-failure.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import type { Engine } from '../../../core/engine/engine.js'
import { runGuard } from '../../strategy/guard/run-guard.js'
import { timed } from '../../strategy/guard/time-limit.js'

/** Candles that strategies are asked of at once, at most. */
const CANDLES_AT_ONCE = 1000

/**
 * Does what calls the strategies of a session, within a limit of time; their mistakes are told as
 * those of a backtest are. The watch over that costs many times what a candle does, so strategies of
 * Assay's own go without it, unless somebody has set the limit.
 */
export function sessionGuard(
  { strategies }: Pick<RunRequest, 'strategies'>,
  engine: Engine,
  limitMs: number | null,
): (work: () => void) => void {
  const names = [...new Set(strategies.map(({ strategy }) => strategy.name))].join(', ')
  const call = (work: () => void): void =>
    guarded(`strategy ${names}`, () => followed(engine, work))
  return work => {
    if (limitMs === null && runGuard() === undefined) return call(work)
    timed({ names, candles: CANDLES_AT_ONCE, limitMs }, () => {
      call(work)
      return {}
    })
  }
}
