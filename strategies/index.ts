import type { AnyStrategy } from '../src/core/index.js'
import { bollingerReversion } from './bollinger_reversion.js'
import { breakoutStop } from './breakout_stop.js'
import { buyAndHold } from './buy_and_hold.js'
import { donchianBreakout } from './donchian_breakout.js'
import { gridMaker } from './grid_maker.js'
import { maCrossover } from './ma_crossover.js'
import { macdCrossover } from './macd_crossover.js'
import { marketMaker } from './market_maker.js'
import { roiLadder } from './roi_ladder.js'
import { rsiReversion } from './rsi_reversion.js'
import { supertrend } from './supertrend.js'
import { trendPullback } from './trend_pullback.js'

/** The strategies that ship with Assay, by name. */
export const STRATEGIES: readonly AnyStrategy[] = [
  bollingerReversion,
  breakoutStop,
  buyAndHold,
  donchianBreakout,
  gridMaker,
  maCrossover,
  macdCrossover,
  marketMaker,
  roiLadder,
  rsiReversion,
  supertrend,
  trendPullback,
]
