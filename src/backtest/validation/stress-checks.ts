import { formatAmount, formatFixed, formatPercent } from '../../core/number-format.js'
import type { StressResult } from '../stress/stress.js'
import { judge, type Check } from './check.js'

/** Does it survive a world slightly different from the backtest? */
export function stressChecks(
  stress: StressResult,
  { capital, volume }: { readonly capital: number; readonly volume: number },
): readonly Check[] {
  return [
    costCheck(stress),
    delayCheck(stress),
    missCheck(stress),
    startCheck(stress),
    noiseCheck(stress),
    resampleCheck(stress),
    ruinCheck(stress),
    parameterCheck(stress),
    capacityCheck(stress, { capital, volume }),
  ]
}

function costCheck({ costs }: StressResult): Check {
  const [twice, ...others] = costs.points
  const value = twice?.figures?.totalReturn ?? null
  const further = others
    .filter(({ figures }) => figures !== null)
    .map(({ multiple, figures }) => `, at ${multiple} times ${formatPercent(figures!.totalReturn)}`)
  const even =
    costs.breakEven === null ? '' : `; it breaks even at ${formatFixed(costs.breakEven, 2)} times`
  return judge(
    {
      name: 'cost_stress',
      group: 'costs',
      unit: 'return',
      question: 'Is it still profitable at twice the costs?',
      limit: { atLeast: 0 },
    },
    {
      value,
      n: costs.n,
      formula: costs.method,
      note:
        value === null
          ? (costs.reason ?? 'it was not run')
          : `at twice the costs it makes ${formatPercent(value)}${further.join('')}${even}`,
    },
  )
}

function delayCheck({ delayed, own }: StressResult): Check {
  const [first] = delayed
  const value = first?.figures?.totalReturn ?? null
  return judge(
    {
      name: 'delayed_fills',
      group: 'robustness',
      unit: 'return',
      question: 'Is it still profitable when every decision comes one candle late?',
      limit: { atLeast: 0 },
    },
    {
      value,
      n: first?.n ?? 0,
      formula: first?.method ?? '',
      note:
        value === null
          ? (first?.reason ?? 'it was not run')
          : `one candle late it makes ${formatPercent(value)} instead of ${formatPercent(own.totalReturn)}`,
    },
  )
}

/** Share of entries of which the question asks. */
const MISSED_SHARE = 0.1

function missCheck({ missed }: StressResult): Check {
  const tenth = missed.find(({ share }) => share === MISSED_SHARE) ?? missed[0]
  const value = tenth?.profitableShare ?? null
  return judge(
    {
      name: 'missed_fills',
      group: 'robustness',
      unit: 'share',
      question: 'Is it still profitable when one entry in ten is missed?',
      limit: { atLeast: 0.9 },
    },
    {
      value,
      n: tenth?.n ?? 0,
      formula: tenth?.method ?? '',
      note:
        value === null
          ? (tenth?.reason ?? 'it was not run')
          : `${formatPercent(value)} of ${tenth!.n} runs that miss one entry in ten are profitable`,
    },
  )
}

function startCheck({ jitter }: StressResult): Check {
  const value = jitter.profitableShare
  return judge(
    {
      name: 'start_jitter',
      group: 'robustness',
      unit: 'share',
      question: 'Is it still profitable whichever day it begins?',
      limit: { atLeast: 0.9 },
    },
    {
      value,
      interval: jitter.totalReturn && [jitter.totalReturn.least, jitter.totalReturn.most],
      n: jitter.n,
      formula: jitter.method,
      note:
        value === null
          ? (jitter.reason ?? 'it was not run')
          : `${formatPercent(value)} of ${jitter.n} starts are profitable; the return lies from ${formatPercent(jitter.totalReturn!.least)} to ${formatPercent(jitter.totalReturn!.most)}`,
    },
  )
}

function noiseCheck({ noise }: StressResult): Check {
  const value = noise.profitableShare
  return judge(
    {
      name: 'candle_noise',
      group: 'robustness',
      unit: 'share',
      question: 'Is it still profitable when prices are slightly perturbed?',
      limit: { atLeast: 0.9 },
    },
    {
      value,
      n: noise.n,
      formula: noise.method,
      note:
        value === null
          ? (noise.reason ?? 'it was not run')
          : `${formatPercent(value)} of ${noise.n} runs on noisy candles are profitable, with a median return of ${formatPercent(noise.totalReturn!.median)}`,
    },
  )
}

function resampleCheck({ resampled }: StressResult): Check {
  const { pValue, n } = resampled
  return judge(
    {
      name: 'resampled_candles',
      group: 'robustness',
      unit: 'p',
      question: 'Does it earn more than on markets of the same candles in another order?',
      limit: { atMost: 0.1 },
    },
    {
      value: pValue,
      n,
      formula: resampled.method,
      note:
        pValue === null
          ? (resampled.reason ?? 'it was not run')
          : `on ${n} markets of the same candles in another order it does as well with a probability of ${formatPercent(pValue)}: ${pValue <= 0.1 ? 'it lives on their order' : 'their order adds nothing'}`,
    },
  )
}

function ruinCheck({ bootstrap }: StressResult): Check {
  const { ruin, drawdownBeyond } = bootstrap
  const beyond =
    drawdownBeyond === null
      ? ''
      : `, and draws down more than ${formatPercent(drawdownBeyond.limit)} in ${formatPercent(drawdownBeyond.value)} of them`
  return judge(
    {
      name: 'ruin',
      group: 'ruin',
      unit: 'share',
      question: 'How likely is it that half of the capital is lost on the way?',
      limit: { atMost: 0.05 },
    },
    {
      value: ruin?.value ?? null,
      n: bootstrap.paths,
      formula: bootstrap.formula,
      note:
        ruin === null
          ? (bootstrap.reason ?? 'it was not run')
          : `reshuffling its trades ${formatFixed(bootstrap.paths, 0)} times loses ${formatPercent(1 - ruin.limit)} of the capital in ${formatPercent(ruin.value)} of cases${beyond}`,
    },
  )
}

function parameterCheck({ params }: StressResult): Check {
  const [own] = params
  const value = own?.profitableShare ?? null
  return judge(
    {
      name: 'parameter_stability',
      group: 'robustness',
      unit: 'share',
      question: 'Are the sets one step away profitable too?',
      limit: { atLeast: 0.7 },
    },
    {
      value,
      n: own?.n ?? 0,
      formula: own?.method ?? '',
      note:
        value === null
          ? (own?.reason ?? 'it has no parameter with neighbours')
          : `${formatPercent(value)} of ${own!.n} sets one step away are profitable; their Sharpe ratio is ${shown(own!.meanSharpe)} on average, ${shown(own!.leastSharpe)} at least`,
    },
  )
}

/** Share of a candle's volume that an order may be without moving the price beyond any curve. */
const VOLUME_SHARE = 0.1

/** `volume` is the quote volume of the median candle; 0 where the candles have none. */
function capacityCheck(
  { capacity }: StressResult,
  { capital, volume }: { readonly capital: number; readonly volume: number },
): Check {
  const { capitalAtZero, points, reason, impact } = capacity
  const largest = points.filter(({ totalReturn }) => totalReturn > 0).at(-1)?.capital ?? null
  const byCurve = capitalAtZero ?? largest
  const byVolume = volume > 0 ? volume * VOLUME_SHARE : Infinity
  const bears = byCurve === null ? null : Math.min(byCurve, byVolume)
  const round = (value: number): string => formatAmount(Number(value.toPrecision(2)))
  const note =
    bears === null
      ? (reason ?? 'it was not run')
      : bears < byCurve!
        ? `orders above ${round(bears)} are more than ${formatPercent(VOLUME_SHARE)} of the median candle's volume, so the impact curve ${impact} says nothing reliable about larger ones`
        : `about ${round(bears)} can be traded before the impact curve ${impact} takes all of the profit`
  return judge(
    {
      name: 'capacity',
      group: 'costs',
      unit: 'multiple',
      question: 'Does it hold up with ten times the capital?',
      limit: { atLeast: 10 },
    },
    {
      value: bears === null ? null : bears / capital,
      n: capacity.n,
      formula: capacity.method,
      note,
    },
  )
}

function shown(value: number | null): string {
  return value === null ? 'none' : formatFixed(value, 2)
}
