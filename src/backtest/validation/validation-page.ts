import { rename, rm, writeFile } from 'node:fs/promises'
import type { BacktestOverfitting } from '../../core/statistics/backtest-overfitting.js'
import { ENGINE_VERSION } from '../../core/version.js'
import { html, withMinus, type Markup } from '../html-text.js'
import { formatFixed, formatPercent } from '../number-format.js'
import { loadPage } from '../page-bundle.js'
import type { RegimeGroup } from '../stress/regime-group.js'
import type { StressResult } from '../stress/stress.js'
import type { Check } from './check.js'
import { fanFigure, histogramFigure } from './validation-figures.js'
import type { Judgement } from './verdict.js'

/** What the page of a validation shows. */
export interface ValidationPageData extends Judgement {
  /** For example `ma_crossover, SOL-USDC 1h`. */
  readonly title: string
  /** Names and texts of the facts' table. */
  readonly facts: readonly (readonly [string, string])[]
  readonly checks: readonly Check[]
  readonly warnings: readonly string[]
  readonly overfitting: BacktestOverfitting | null
  readonly stress: StressResult
}

/** Writes a verdict as one HTML file without script or network. It appears whole or not at all. */
export async function writeValidationPage(data: ValidationPageData, path: string): Promise<void> {
  const { style } = await loadPage('sweep-page')
  const part = `${path}.part`
  try {
    await writeFile(part, validationPage(data, style))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** The page as text. */
export function validationPage(data: ValidationPageData, style: string): string {
  const head = html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    />
    <title>Validation · ${data.title}</title>`
  const body = html`<main>
      ${[headline(data), checkTable(data), splits(data), paths(data), regimes(data), facts(data)]}
    </main>
    <footer>
      <p>Assay ${ENGINE_VERSION} · all times are UTC · past results of simulations; not advice</p>
    </footer>`
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.markup}\n<style>\n${style}\n${STYLE}</style>\n</head>\n<body>\n${body.markup}\n</body></html>\n`
}

const STYLE = `.verdict{font-size:22px;font-weight:700;margin:0 0 8px}
.verdict.pass{color:var(--gain)}.verdict.fail{color:var(--loss)}
td.mark{white-space:nowrap;font-weight:650}
td.mark.no,td.mark.fatal{color:var(--loss)}td.mark.ok{color:var(--gain)}
td.note,td.word{text-align:left}td.note{white-space:normal;min-width:38ch}th:last-child{text-align:left}td.number{text-align:right} @media(max-width:700px){table.court thead{display:none}table.court tr{display:block;padding:6px 0;border-bottom:1px solid var(--border)}table.court td{display:inline-block;border:0;padding:2px 6px}table.court td.note{display:block;min-width:0}}
svg{display:block;width:100%;height:auto;max-width:860px}
svg text{font:11px system-ui,sans-serif;fill:currentColor}
`

const WORDS: Readonly<Record<Judgement['verdict'], string>> = {
  pass: 'Pass: nothing that was asked speaks against it',
  weak: 'Weak: it is not refuted, and not shown either',
  fail: 'Fail: do not trade this',
}

function headline({ title, verdict, reasons, warnings }: ValidationPageData): Markup {
  return html`<header class="top">
      <h1>Validation <span class="on">${title}</span></h1>
    </header>
    <section>
      <p class="verdict ${verdict}">${WORDS[verdict]}</p>
      <ul>
        ${reasons.map(reason => html`<li>${withMinus(reason)}</li>`)}
        ${warnings.map(warning => html`<li>${withMinus(warning)}</li>`)}
      </ul>
    </section>`
}

function checkTable({ checks }: ValidationPageData): Markup {
  const rows = checks.map(check => {
    const mark =
      check.passed === null ? 'none' : check.passed ? 'ok' : check.isFatal ? 'fatal' : 'no'
    return html`<tr>
      <td class="mark ${mark}">${mark}</td>
      <td class="word"><code>${check.name}</code></td>
      <td class="number">${number(check.value)}</td>
      <td>${limitText(check)}</td>
      <td class="number">${formatFixed(check.n, 0)}</td>
      <td class="note">
        <b>${check.question}</b> ${withMinus(check.note)}
        <details>
          <summary>formula</summary>
          ${check.formula}
        </details>
      </td>
    </tr>`
  })
  return html`<section>
    <h2>Questions</h2>
    <div class="scroll">
      <table class="court">
        <thead>
          <tr>
            <th>passed</th>
            <th>name</th>
            <th>value</th>
            <th>limit</th>
            <th>n</th>
            <th>answer</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`
}

function splits({ overfitting }: ValidationPageData): Markup | null {
  const details = overfitting?.details ?? null
  if (overfitting === null || details === null) return null
  return html`<section>
    <h2>Best on one half, on the other half</h2>
    <p class="lead">
      ${formatFixed(overfitting.combinations, 0)} ways to halve the days into ${overfitting.blocks}
      blocks. Below 0 (left), what was best on one half is below the middle on the other:
      ${formatPercent(overfitting.value ?? 0)} of them. Logit of the rank out of sample.
    </p>
    ${histogramFigure(details.logitHistogram)}
  </section>`
}

function paths({ stress }: ValidationPageData): Markup | null {
  const { bootstrap, shuffle } = stress
  if (bootstrap.fan === null) return null
  return html`<section>
    <h2>Its trades, drawn again</h2>
    <p class="lead">
      Equity over ${bootstrap.n} trades in ${formatFixed(bootstrap.paths, 0)} histories drawn in
      blocks: the middle, the middle half, and nine in ten. Measured from trade to trade, the
      drawdown of its own order is ${formatPercent(bootstrap.observed!.maxDrawdown)}; in another
      order of the same trades it lies from ${formatPercent(shuffle.maxDrawdown?.p5 ?? 0)} to
      ${formatPercent(shuffle.maxDrawdown?.p95 ?? 0)}.
    </p>
    ${fanFigure(bootstrap.fan)}
  </section>`
}

function regimes({ stress }: ValidationPageData): Markup {
  const { volatility, trend, year, weekday, hour, month } = stress.regimes
  const parts: readonly (readonly [string, readonly RegimeGroup[]])[] = [
    ['Volatility before entry', volatility],
    ['Trend before entry', trend],
    ['Year', year],
    ['Month', month],
    ['Weekday', weekday],
    ['Hour (UTC)', hour],
  ]
  const tables = parts
    .filter(([, groups]) => groups.length > 0)
    .map(
      ([name, groups]) =>
        html`<h3>${name}</h3>
          ${groupTable(groups)}`,
    )
  const { gross, fees, slippage, impact, fixedCosts, net } = stress.attribution
  return html`<section>
    <h2>Where it was made</h2>
    <p class="lead">
      Gross ${number(gross)}, fees ${number(-fees)}, slippage ${number(-slippage)}, impact
      ${number(-impact)}, fixed costs ${number(-fixedCosts)}, net ${number(net)}.
    </p>
    ${tables}
  </section>`
}

function groupTable(groups: readonly RegimeGroup[]): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th></th>
          <th>trades</th>
          <th>net</th>
          <th>share of profit</th>
          <th>win rate</th>
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          group =>
            html`<tr>
              <td class="word">${group.key}</td>
              <td class="number">${formatFixed(group.n, 0)}</td>
              <td class="number">${number(group.netPnl)}</td>
              <td class="number">${percent(group.profitShare)}</td>
              <td class="number">${percent(group.winRate)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function facts({ facts: rows }: ValidationPageData): Markup {
  return html`<section>
    <h2>Facts</h2>
    <div class="scroll">
      <table>
        <tbody>
          ${rows.map(
            ([name, text]) =>
              html`<tr>
                <td>${name}</td>
                <td>${text}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}

function limitText({ limit }: Check): string {
  const { atLeast, atMost } = limit ?? {}
  if (atLeast !== undefined) return `≥ ${atLeast}`
  return atMost === undefined ? '' : `≤ ${atMost}`
}

function number(value: number | null): string {
  return value === null ? 'none' : withMinus(formatFixed(value, Math.abs(value) >= 100 ? 0 : 3))
}

function percent(value: number | null): string {
  return value === null ? 'none' : withMinus(formatPercent(value))
}
