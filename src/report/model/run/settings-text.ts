import { formatTime, MINUTE_MS } from '../../../core/candles/time.js'
import { formatFixed, formatPercent } from '../../../core/number-format.js'
import type { ManifestCosts, ManifestStrategy } from '../../../backtest/run/record/manifest.js'
import type { Report } from '../../../backtest/run/record/report.js'
import { html, type Markup } from '../page/html-text.js'

type Settings = Pick<
  Report['manifest'],
  'costs' | 'fill' | 'strategies' | 'risk_limits' | 'keep_open'
>

/** What a run was made with, as names and texts: costs, parameters, risk and limits. */
export function settingRows(manifest: Settings): readonly (readonly [string, string])[] {
  const { costs, fill, strategies, risk_limits: limits, keep_open: keepsOpen } = manifest
  const owner = ({ name }: ManifestStrategy): string => (strategies.length > 1 ? `${name}: ` : '')
  const end = keepsOpen ? ', position left open at the end' : ''
  return [
    ['costs', `${costText(costs)}, fill ${fill}${end}`],
    ...strategies.flatMap(strategy => [
      ['params', owner(strategy) + paramText(strategy)] as const,
      ['risk', owner(strategy) + riskText(strategy)] as const,
    ]),
    ['limits', limitsText(limits)],
  ]
}

/** Where the candles come from, as a name and a text; nothing for imported files. */
export function originRows({
  origin,
}: Pick<Report, 'origin'>): readonly (readonly [string, string])[] {
  if (origin === null || origin === undefined) return []
  const { source, adapter, fetchedAt, missing } = origin
  const holes = missing === 0 ? 'none' : formatFixed(missing, 0)
  const fetched = `fetched ${formatTime(fetchedAt)} by adapter ${adapter}`
  return [['candles', `${source}, ${fetched}, ${holes} missing in the range`]]
}

/** The settings for the top of a page. */
export function settingSection(rows: readonly (readonly [string, string])[]): Markup {
  return html`<section aria-label="Settings">
    <h2>Settings</h2>
    <dl class="manifest settings">
      ${rows.map(
        ([name, text]) =>
          html`<dt>${name}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
  </section>`
}

/** Every cost of a run, those left at their default too. */
export function costText(costs: ManifestCosts): string {
  const { fee_bps, maker_fee_bps, slippage_bps, tx_cost, impact, limit_fill } = costs
  return [
    `fee ${fee_bps} bps, slippage ${slippage_bps} bps, tx cost ${tx_cost}, impact ${impact}`,
    ...(maker_fee_bps === fee_bps ? [] : [`maker fee ${maker_fee_bps} bps`]),
    ...(limit_fill === 'touch' ? ['limit orders fill where touched'] : []),
    ...(costs.max_volume_share === null ? [] : [`volume share ${costs.max_volume_share}`]),
  ].join(', ')
}

/** The parameters of a strategy. */
export function paramText({ params, template }: ManifestStrategy): string {
  const values = Object.entries(params).map(([name, value]) => `${name} ${value}`)
  return `${values.join(', ') || 'none'}${template === null ? '' : ` (template ${template})`}`
}

/** Every risk setting of a strategy, those that are off too. */
export function riskText({ risk_settings: risk, weight }: ManifestStrategy): string {
  const share = (value: number): string => (value === 0 ? 'none' : formatPercent(value))
  const closes = (value: number): string => (value === 0 ? 'none' : `${value} closes`)
  return [
    `position size ${risk.position_size ?? 'all'}`,
    `stop loss ${share(risk.stop_loss)}`,
    `take profit ${share(risk.take_profit)}`,
    `trailing stop ${share(risk.trailing_stop)}`,
    `time stop ${closes(risk.time_stop)}`,
    `cooldown ${closes(risk.cooldown)}`,
    ...(risk.trailing_from === 0 ? [] : [`trailing from ${share(risk.trailing_from)}`]),
    ...(risk.break_even === 0 ? [] : [`break even ${share(risk.break_even)}`]),
    ...(risk.roi === null ? [] : [`roi ${risk.roi}`]),
    ...(weight === 1 ? [] : [`weight ${weight}`]),
  ].join(', ')
}

/** The limits over the whole that are set, in words. */
export function limitsText(limits: Report['manifest']['risk_limits']): string {
  const set = Object.entries(limits).flatMap(([name, limit]) =>
    limit === null ? [] : [limitText(name, limit)],
  )
  return set.join(', ') || 'none'
}

/** `max drawdown 20.00%`; an age of data in minutes, as it is given; counts as they are. */
function limitText(name: string, limit: number): string {
  if (name === 'max_data_age_ms') return `max data age ${limit / MINUTE_MS} min`
  const isShare = ['max_drawdown', 'max_daily_loss', 'max_exposure'].includes(name)
  return `${name.replaceAll('_', ' ')} ${isShare ? formatPercent(limit) : limit}`
}
