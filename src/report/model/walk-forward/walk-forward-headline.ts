import { formatTime, lengthText, type Millis } from '../../../core/candles/time.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatMetric } from '../../../core/metrics/metric-formulas.js'
import {
  counted,
  formatChange,
  formatFixed,
  formatPercent,
  plural,
} from '../../../core/number-format.js'
import { headlineFigure, noticeSection, pageHeader, toneOf } from '../page/page-blocks.js'
import type { WalkForwardPageData } from '../../../backtest/walk-forward/walk-forward-page-data.js'

/** Title, what was tested on what, and the theme switch. */
export function walkForwardHeader(data: WalkForwardPageData): Markup {
  const { strategy, symbol, timeframe, result, trialsTotal, sweepId } = data
  const { folds } = result
  return pageHeader({
    title: 'Walk-forward',
    on: `${strategy} · ${symbol} · ${timeframe}`,
    badge: symbol.startsWith('SYNTH') ? 'synthetic data' : null,
    facts: [
      html`tests ${day(folds[0]!.fold.testFrom)} to ${day(folds.at(-1)!.fold.testTo)}`,
      html`${counted(folds.length, 'fold')}`,
      html`${counted(trialsTotal, 'trial')}`,
      html`sweep <code>${sweepId}</code>`,
    ],
  })
}

/** What a reader must know before any number. */
export function walkForwardNotices(data: WalkForwardPageData): Markup | null {
  return noticeSection('Before you read on', [
    'If you run many walk-forwards, over other windows, strategies or objectives, and keep the best, its tests are no longer out of sample.',
    ...skippedSentences(data),
    ...idleSentences(data),
    ...data.notes,
  ])
}

function skippedSentences({ skipped, leftOver, plan }: WalkForwardPageData): string[] {
  const sentences: string[] = []
  if (skipped.length > 0) {
    const [first, last] = [skipped[0]!, skipped.at(-1)!]
    const which =
      skipped.length === 1 ? 'One fold with a test' : `${skipped.length} folds with tests`
    sentences.push(
      `${which} from ${day(first.testFrom)} to ${day(last.testTo)} ${skipped.length === 1 ? 'was' : 'were'} left out: less than half of the candles of training or test are there. The joined tests pass over what is left out.`,
    )
  }
  if (leftOver !== null) {
    sentences.push(
      `Candles from ${day(leftOver.from)} on are too few for another test of ${lengthText(plan.testMs)} and were left out.`,
    )
  }
  return sentences
}

function idleSentences({ result }: WalkForwardPageData): string[] {
  const numbers = (isMeant: (fold: (typeof result.folds)[number]) => boolean): string[] =>
    result.folds.flatMap((fold, k) => (isMeant(fold) ? [String(k + 1)] : []))
  const unpicked = numbers(({ pick }) => pick === null)
  const idle = numbers(({ pick, outOfSample }) => pick !== null && outOfSample.trades === 0)
  return [
    ...(unpicked.length === 0
      ? []
      : [
          `In ${plural(unpicked.length, 'fold')} ${unpicked.join(', ')} no set had a score in training, so nothing was picked and the test was not traded.`,
        ]),
    ...(idle.length === 0
      ? []
      : [
          `In ${plural(idle.length, 'fold')} ${idle.join(', ')} the pick closed no trade in its test.`,
        ]),
  ]
}

/** The numbers of the joined tests, and what was done in words. */
export function walkForwardHeadline(data: WalkForwardPageData): Markup {
  const { result } = data
  const { metrics } = result.stitched
  const { efficiency, folds } = result
  const won = folds.filter(({ outOfSample }) => outOfSample.totalReturn > 0).length
  return html`<section aria-label="Headline numbers">
    <dl class="headline">
      ${headlineFigure(
        'Return of the joined tests',
        formatChange(metrics.totalReturn),
        `buy and hold ${formatChange(metrics.buyAndHoldReturn)}`,
        toneOf(metrics.totalReturn),
      )}
      ${headlineFigure('CAGR', formatMetric(metrics.cagr, 'change'), 'a year, joined tests', toneOf(metrics.cagr))}
      ${headlineFigure('Sharpe', formatMetric(metrics.sharpe, 'ratio'), 'daily returns, √365')}
      ${headlineFigure(
        'Max drawdown',
        formatPercent(metrics.maxDrawdown),
        `${formatMetric(metrics.maxDrawdownDays, 'days')} long`,
      )}
      ${headlineFigure(
        'Efficiency',
        efficiency === null ? 'none' : formatPercent(efficiency),
        efficiency === null
          ? 'the picks did not grow in training'
          : 'growth a day out of sample by in sample',
      )}
      ${headlineFigure('Tests that gained', `${won} of ${folds.length}`, 'return above 0')}
      ${headlineFigure(
        'Trades',
        formatFixed(metrics.trades, 0),
        `${formatPercent(metrics.exposure)} of the time in the market`,
      )}
      ${headlineFigure('Trials', formatFixed(data.trialsTotal, 0), `in ${counted(folds.length, 'training')}`)}
    </dl>
    <p class="lead story">${withMinus(story(data))}</p>
  </section>`
}

/** What was done and what came of it, without a verdict. */
function story({ strategy, symbol, plan, result, objective }: WalkForwardPageData): string {
  const { folds, stitched } = result
  const { totalReturn, buyAndHoldReturn } = stitched.metrics
  const most = Math.max(...folds.map(({ trials }) => trials))
  const train = plan.isAnchored
    ? `all candles before, ${lengthText(plan.trainMs)} of them or more`
    : `the ${lengthText(plan.trainMs)} before`
  const pairs = folds.flatMap(({ inSample, outOfSample: { sharpe } }) => {
    const before = inSample?.['sharpe'] ?? null
    return before === null || sharpe === null ? [] : [sharpe < before]
  })
  const lower = pairs.filter(isLower => isLower).length
  return [
    `${strategy} was optimised ${folds.length === 1 ? 'once' : `${folds.length} times`}, over ${train} each test, among up to ${counted(most, 'set')} by ${objective}.`,
    `What came out best was run over the ${lengthText(plan.testMs)} that followed, which its training had not seen.`,
    `Joined on one account, the tests made ${formatChange(totalReturn)}; ${symbol}, bought at the first open of the tests and held, made ${formatChange(buyAndHoldReturn)}.`,
    pairs.length === 0
      ? ''
      : `The Sharpe ratio of the test is below that of its training in ${lower} of ${counted(pairs.length, 'fold')} that ${pairs.length === 1 ? 'has' : 'have'} both.`,
  ]
    .join(' ')
    .trim()
}

/** `2024-01-01`, UTC. */
export function day(time: Millis): string {
  return formatTime(time).slice(0, 10)
}
