import { cutCandles } from '../../core/candles/candles.js'
import { describeRun, type Manifest } from '../run/record/manifest.js'
import type { RunData } from '../run/record/run-request.js'
import { describePortfolio, type PortfolioManifest } from './portfolio-manifest.js'
import { portfolioOfSession, type SessionRequest } from './session-request.js'

/** The manifest of a session that begins after the candles that are there: they warm its indicators. */
export function describeSession(
  request: SessionRequest,
  data: readonly RunData[],
): Manifest | PortfolioManifest {
  const portfolio = portfolioOfSession(request)
  if (portfolio === null) {
    const { candles } = data[0]!.main
    const last = cutCandles(candles, candles.length - 1, candles.length)
    return describeRun(request.runs[0]!, data[0]!, last, null)
  }
  const lengths = data.map(({ main }) => main.candles.length)
  const lasts = data.map(({ main }, m) => main.candles.time[lengths[m]! - 1]!)
  return describePortfolio(portfolio, data, {
    time: Float64Array.from(new Set(lasts)).sort(),
    markets: lengths.map(length => ({ first: length - 1, decideFrom: length })),
  })
}
