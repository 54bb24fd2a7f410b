import { candleRemarks } from './diagnosis-candles.js'
import { costRemarks } from './diagnosis-costs.js'
import { equityRemarks } from './diagnosis-equity.js'
import { tradeRemarks } from './diagnosis-trades.js'
import { positionResults } from './position-results.js'
import { remark, SEVERITIES, type Remark } from './remark.js'
import type { AccountStop } from '../run/record/account-stop.js'
import { formatPercent } from '../../core/number-format.js'
import type { Report } from '../run/record/report.js'

/**
 * What a careful reader would say of a result: why it may be luck, cost, chance inside candles or
 * the market alone. Gravest first; empty where there is nothing to say, and without positions.
 */
export function diagnose(report: Report): readonly Remark[] {
  const known = made.get(report)
  if (known) return known
  const remarks = positionResults(report).length === 0 ? [] : remarksOn(report)
  made.set(report, remarks)
  return remarks
}

/** Made once for each report: summary, JSON and record ask for them. */
const made = new WeakMap<Report, readonly Remark[]>()

function remarksOn(report: Report): Remark[] {
  const remarks = [
    ...stopRemark(report),
    ...tradeRemarks(report),
    ...costRemarks(report),
    ...candleRemarks(report),
    ...equityRemarks(report),
  ]
  const weight = ({ severity }: Remark): number => SEVERITIES.indexOf(severity)
  return remarks.sort((a, b) => weight(b) - weight(a))
}

/** That trading ended before the run did: all figures are of both parts. */
function stopRemark({ stop = null }: Report): Remark[] {
  if (stop === null) return []
  const { reason, at, limit, share } = stop
  const evidence = { at, share, ...(limit !== null && { limit }) }
  return [remark('account_stopped', 'serious', stopText(reason, share), evidence)]
}

function stopText(reason: AccountStop['reason'], share: number): string {
  const what = reason === 'ruin' ? 'The account was ruined' : 'max_drawdown ended trading'
  return `${what} with ${formatPercent(share)} of the run to go: nothing was entered in that time, and every figure includes it. Judge the part before the stop, and what led to it.`
}

/** What a warning of the report says already, by the remark that would say it again. */
const SAID_BY_WARNINGS: Readonly<Record<string, string>> = {
  stop_inside_candle: 'lies inside the median range of a candle',
  data_holes: 'open across a hole',
  implausible_sharpe: 'is implausible for a market',
  ambiguous_result: 'touched two levels in one candle',
}

/** The remarks that a summary adds to the warnings of its report, gravest first. */
export function newsOf(report: Report): Remark[] {
  const isSaid = ({ code }: Remark): boolean => {
    // Page and summary begin with it.
    if (code === 'account_stopped') return true
    const said = SAID_BY_WARNINGS[code]
    return said !== undefined && report.warnings.some(warning => warning.includes(said))
  }
  return diagnose(report).filter(one => !isSaid(one))
}
