import type { AnyStrategy } from '../src/core/index.js'
import { bollingerReversion } from './bollinger_reversion.js'
import { buyAndHold } from './buy_and_hold.js'
import { donchianBreakout } from './donchian_breakout.js'
import { maCrossover } from './ma_crossover.js'
import { macdCrossover } from './macd_crossover.js'
import { rsiReversion } from './rsi_reversion.js'
import { supertrend } from './supertrend.js'
import { trendPullback } from './trend_pullback.js'

/** The strategies that ship with Assay, by name. */
export const STRATEGIES: readonly AnyStrategy[] = [
  bollingerReversion,
  buyAndHold,
  donchianBreakout,
  maCrossover,
  macdCrossover,
  rsiReversion,
  supertrend,
  trendPullback,
]
