import type { BacktestOverfitting } from '../../../core/statistics/splits/backtest-overfitting.js'
import { ENGINE_VERSION } from '../../../core/version.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatFixed, formatPercent } from '../../../core/number-format.js'
import { factList } from '../page/page-blocks.js'
import { loadPage } from '../page/page-bundle.js'
import { pageText } from '../page/page-document.js'
import { writeWholeFile } from '../page/page-file.js'
import type { RegimeGroup } from '../../../backtest/stress/regimes/regime-group.js'
import type { StressResult } from '../../../backtest/stress/stress.js'
import type { Check } from '../../../backtest/validation/check.js'
import { fanFigure, histogramFigure, PLOT_STYLE } from './validation-figures.js'
import type { Judgement } from '../../../backtest/validation/verdict.js'

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
  await writeWholeFile(path, add => add(validationPage(data, style)))
}

/** The page as text. */
export function validationPage(data: ValidationPageData, style: string): string {
  const body = html`<main>
      ${[headline(data), checkTable(data), splits(data), paths(data), regimes(data), facts(data)]}
    </main>
    <footer>
      <p>Assay ${ENGINE_VERSION} · all times are UTC · past results of simulations; not advice</p>
    </footer>`
  return pageText({
    title: `Validation · ${data.title}`,
    style: `${style}\n${STYLE}`,
    script: null,
    body,
  })
}

const STYLE = `.verdict{font-size:22px;font-weight:700;margin:0 0 8px}
.verdict.pass{color:var(--gain)}.verdict.fail{color:var(--loss)}
td.mark{white-space:nowrap;font-weight:650}
td.mark.no,td.mark.fatal{color:var(--loss)}td.mark.ok{color:var(--gain)}
.questions th,.questions td{vertical-align:top;border-top:1px solid var(--grid)}.questions thead th{border:0;color:var(--text-soft);font-weight:500}
.questions .mark,.questions .word,.questions .answer{text-align:left}
.questions .answer{white-space:normal;min-width:38ch}.questions .answer p{margin:0;color:var(--text-soft)}
.questions summary{margin:2px 0 0;color:var(--muted);font-size:12.5px}
.groups table{width:100%;font-size:12.5px}.groups th,.groups td{padding:4px 6px}.groups thead th{white-space:normal;vertical-align:bottom}.groups th:first-child{text-align:left}.groups thead th{color:var(--text-soft);font-weight:500}
.groups tbody th{font-weight:500}.groups tbody tr>*{border-top:1px solid var(--grid)} @media(max-width:760px){.questions thead{display:none}.questions tr{display:block;padding:8px 0;border-top:1px solid var(--grid)}.questions td{display:inline-block;border:0;padding:1px 8px 1px 0}.questions .answer{display:block;min-width:0;padding:2px 0 0}.groups th,.groups td{padding:4px}}
${PLOT_STYLE}`

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
      <td class="answer">
        <b>${check.question}</b>
        <p>${withMinus(check.note)}</p>
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
      <table class="questions">
        <thead>
          <tr>
            <th scope="col" class="mark">passed</th>
            <th scope="col" class="word">name</th>
            <th scope="col">value</th>
            <th scope="col">limit</th>
            <th scope="col">n</th>
            <th scope="col" class="answer">answer</th>
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
        html`<div>
          <h3>${name}</h3>
          ${groupTable(groups)}
        </div>`,
    )
  const { gross, fees, slippage, impact, fixedCosts, net } = stress.attribution
  return html`<section>
    <h2>Where it was made</h2>
    <p class="lead">
      Gross ${number(gross)}, fees ${number(-fees)}, slippage ${number(-slippage)}, impact
      ${number(-impact)}, fixed costs ${number(-fixedCosts)}, net ${number(net)}.
    </p>
    <div class="multiples groups">${tables}</div>
  </section>`
}

function groupTable(groups: readonly RegimeGroup[]): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th></th>
          <th scope="col">trades</th>
          <th scope="col">net</th>
          <th scope="col">share of profit</th>
          <th scope="col">win rate</th>
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          group =>
            html`<tr>
              <th scope="row">${group.key}</th>
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
    ${factList(rows)}
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
