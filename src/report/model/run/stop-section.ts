import { formatTime, type Millis } from '../../../core/candles/time.js'
import { formatPercent } from '../../../core/number-format.js'
import { html, type Markup } from '../page/html-text.js'
import type { AccountStop } from '../../../backtest/run/record/account-stop.js'

/** `2024-01-01 00:00`, UTC: dates in a report are read by people. */
export function formatMinute(time: Millis): string {
  return formatTime(time).slice(0, 16).replace('T', ' ')
}

/** That trading ended before the run did: when, why, and how much of the run came after. */
export function stopSentence({ reason, at, limit, share }: AccountStop): string {
  const after = `All positions were closed, and nothing was entered in the remaining ${formatPercent(share)} of the run. The figures below include that time.`
  const when = `in the candle of ${formatMinute(at)} UTC`
  if (reason === 'ruin') return `The account was ruined ${when}: equity came to nothing. ${after}`
  return `Trading stopped ${when}: the drawdown reached the limit of ${formatPercent(limit ?? 0)} (max_drawdown). ${after}`
}

/** What stands in a chart where the account stopped. */
export function stopName({ reason }: AccountStop): string {
  return reason === 'ruin' ? 'ruined' : 'stopped: max drawdown'
}

/** Said before any number; null where trading went on to the end. */
export function stopSection(stop: AccountStop | null | undefined): Markup | null {
  if (stop === null || stop === undefined) return null
  return html`<section class="stopped" aria-label="The account stopped">
    <h2>${stop.reason === 'ruin' ? 'Ruined' : 'Stopped'}</h2>
    <p>${stopSentence(stop)}</p>
  </section>`
}
