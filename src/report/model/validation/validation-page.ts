import type { BacktestOverfitting } from '../../../core/statistics/splits/backtest-overfitting.js'
import { ENGINE_VERSION } from '../../../core/version.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatFixed, formatPercent } from '../../../core/number-format.js'
import { factList, pageHeader } from '../page/page-blocks.js'
import { loadPage, type PageBundle } from '../page/page-bundle.js'
import { NOTHING_BESIDE, type Beside } from '../page/page-links.js'
import { pageMain } from '../page/page-main.js'
import { pageText } from '../page/page-document.js'
import { writeWholeFile } from '../page/page-file.js'
import { stopSection } from '../run/stop-section.js'
import type { AccountStop } from '../../../backtest/run/record/account-stop.js'
import type { RegimeGroup } from '../../../backtest/stress/regimes/regime-group.js'
import type { StressResult } from '../../../backtest/stress/stress.js'
import type { Check } from '../../../backtest/validation/check.js'
import {
  groupChecks,
  GROUP_WORDS,
  limitText,
  markOf,
  passedText,
  valueText,
  type GroupedChecks,
} from './check-text.js'
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
  /** Why and when the account stopped; null where it traded to the end. */
  readonly stop: AccountStop | null
  readonly overfitting: BacktestOverfitting | null
  readonly stress: StressResult
}

/** Writes a verdict as one HTML file without network. It appears whole or not at all. */
export async function writeValidationPage(
  data: ValidationPageData,
  path: string,
  beside: Beside = NOTHING_BESIDE,
): Promise<void> {
  const bundle = await loadPage('validation-page')
  await writeWholeFile(path, add => add(validationPage(data, bundle, beside)))
}

/** The page as text, with the bundle of its script and style. */
export function validationPage(
  data: ValidationPageData,
  { script, style }: PageBundle,
  beside: Beside = NOTHING_BESIDE,
): string {
  const sections = [
    pageHeader({ title: 'Validation', on: data.title, badge: null, facts: [] }),
    stopSection(data.stop),
    headline(data),
    questions(data),
    splits(data),
    paths(data),
    regimes(data),
    facts(data),
  ]
  const body = html`${pageMain(sections, beside)}
    <footer>
      <p>Assay ${ENGINE_VERSION} · all times are UTC · past results of simulations; not advice</p>
    </footer>`
  return pageText({
    title: `Validation · ${data.title}`,
    style: `${style}\n${PLOT_STYLE}`,
    script,
    body,
  })
}

const WORDS: Readonly<Record<Judgement['verdict'], string>> = {
  pass: 'Pass: no test speaks against it',
  weak: 'Weak: not disproved, but not proven',
  fail: 'Fail: do not trade this',
}

function headline({ verdict, checks, reasons, warnings }: ValidationPageData): Markup {
  return html`<section>
    <p class="verdict ${verdict}">
      ${WORDS[verdict]} <span class="passed">${passedText(checks)}</span>
    </p>
    <ul>
      ${reasons.map(reason => html`<li>${withMinus(reason)}</li>`)}
      ${warnings.map(warning => html`<li>${withMinus(warning)}</li>`)}
    </ul>
  </section>`
}

function questions({ checks }: ValidationPageData): Markup {
  return html`<section>
    <h2>Questions</h2>
    ${groupChecks(checks).map(groupOfQuestions)}
  </section>`
}

function groupOfQuestions({ group, checks }: GroupedChecks): Markup {
  return html`<h3>${GROUP_WORDS[group]} <span class="passed">${passedText(checks)}</span></h3>
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
          ${checks.map(questionRow)}
        </tbody>
      </table>
    </div>`
}

function questionRow(check: Check): Markup {
  const mark = markOf(check)
  return html`<tr>
    <td class="mark ${mark}">${mark}</td>
    <td class="word"><code>${check.name}</code></td>
    <td class="number">${check.value === null ? 'none' : withMinus(valueText(check))}</td>
    <td>${withMinus(limitText(check))}</td>
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
    <h2>Its trades, reshuffled</h2>
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

function number(value: number | null): string {
  return value === null ? 'none' : withMinus(formatFixed(value, Math.abs(value) >= 100 ? 0 : 3))
}

function percent(value: number | null): string {
  return value === null ? 'none' : withMinus(formatPercent(value))
}
