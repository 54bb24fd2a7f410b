import { describe, expect, it } from 'vitest'
import {
  METRIC_NAMES,
  metricRecord,
  parseObjective,
  parseObjectives,
  scoreBy,
} from '../../../../src/backtest/sweep/expressions/objective.js'
import { snakeKeys } from '../../../../src/core/canonical.js'
import { measure } from '../../../../src/core/metrics/metrics.js'
import { failure } from '../../../core/search/spaces.js'

const METRICS = { sharpe: 1.5, max_drawdown: 0.2, trades: 40, calmar: null, fees_paid: 0 }
const score = (text: string, minTrades = 0): number | null =>
  parseObjective(text, { minTrades }).score(METRICS, {})

const measured = measure({
  capital: 100,
  timeframeMs: 3_600_000,
  time: Float64Array.of(0, 3_600_000),
  equity: Float64Array.of(100, 90),
  firstOpen: 1,
  lastClose: 2,
  trades: { length: 0, profitOf: () => 0, returnOf: () => 0, isAmbiguous: () => false },
  candlesInMarket: 1,
  notional: 100,
  feesPaid: 1,
  txCostsPaid: 2,
  slippagePaid: 3,
})

describe('METRIC_NAMES', () => {
  it('are the names of what is measured', () => {
    expect(METRIC_NAMES.toSorted()).toEqual(Object.keys(snakeKeys(measured) as object).toSorted())
    expect(metricRecord(measured)).toEqual(snakeKeys(measured))
  })
})

describe('parseObjective', () => {
  it('turns a metric of which less is better, so that a higher score is better', () => {
    expect(score('sharpe')).toBe(1.5)
    expect(score(' max_drawdown ')).toBe(-0.2)
    expect(score('fees_paid')).toBe(0)
    expect(Object.is(score('fees_paid'), 0)).toBe(true)
    const lower = METRIC_NAMES.filter(
      name => parseObjective(name).score({ [name]: 0.5 }, {}) === -0.5,
    )
    expect(lower).toEqual([
      'volatility',
      'max_drawdown',
      'max_drawdown_days',
      'ulcer_index',
      'longest_losing_streak',
      'turnover',
      'fees_paid',
      'tx_costs_paid',
      'slippage_paid',
      'ambiguous_trades',
    ])
  })

  it('takes the way that is written', () => {
    expect(score('max:max_drawdown')).toBe(0.2)
    expect(score('min:sharpe')).toBe(-1.5)
    expect(score('min: max_drawdown')).toBe(-0.2)
  })

  it('takes a mix as it is written', () => {
    expect(score('sharpe - 2 * max_drawdown')).toBeCloseTo(1.1, 12)
    expect(score('max(sharpe, trades)')).toBe(40)
    expect(score('trades > 30 ? sharpe : 0')).toBe(1.5)
    expect(parseObjective('sharpe - 2 * max_drawdown').names).toEqual(['sharpe', 'max_drawdown'])
  })

  it('has no score where a metric has no value, or trades are too few', () => {
    expect(score('calmar')).toBe(null)
    expect(score('sharpe + calmar')).toBe(null)
    expect(score('sortino')).toBe(null)
    expect(score('sharpe', 40)).toBe(1.5)
    expect(score('sharpe', 41)).toBe(null)
    expect(score('sharpe / fees_paid')).toBe(null)
  })

  it('refuses what is no metric and no number', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['sharp', 'there is no metric "sharp"', 'did you mean sharpe?'],
      ['max:sharp', 'there is no metric "sharp"', 'did you mean sharpe?'],
      ['min:sharpe - 1', 'of one metric', 'max:NAME'],
      ['3', 'names no metric', 'sharpe'],
      ['sharpe > 1', 'is a condition', '?'],
      ['sharpe + sharp', 'there is no name "sharp"', 'did you mean sharpe?'],
      ['constructor', 'there is no metric "constructor"', 'the metrics are'],
      ['', 'it is empty', 'write'],
    ]
    for (const [text, problem, hint] of cases) {
      const error = failure(() => parseObjective(text))
      expect(error.exitCode, text).toBe(2)
      expect(error.message, text).toContain(problem)
      expect(error.hint, text).toContain(hint)
    }
  })
})

describe('parseObjectives', () => {
  it('takes several, each once', () => {
    const objectives = parseObjectives(['sharpe', 'max_drawdown'], { minTrades: 99 })
    expect(objectives.map(objective => objective.score(METRICS, {}))).toEqual([null, null])
    expect(failure(() => parseObjectives(['sharpe', ' sharpe'])).message).toContain('given twice')
    expect(failure(() => parseObjectives([])).message).toContain('no objective')
  })
})

describe('scoreBy', () => {
  it('scores by a function of metrics and parameters', () => {
    const objective = scoreBy((metrics, params) => metrics['sharpe']! * Number(params['fast_ma']), {
      text: 'mine.ts',
    })
    expect(objective.score(METRICS, { fast_ma: 4 })).toBe(6)
    expect(scoreBy(() => null, { text: 'mine.ts' }).score(METRICS, {})).toBe(null)
    const strict = scoreBy(() => 1, { text: 'mine.ts', minTrades: 41 })
    expect(strict.score(METRICS, {})).toBe(null)
  })

  it('refuses what is no finite number', () => {
    for (const value of [NaN, Infinity, '3', undefined, {}, true]) {
      const error = failure(() => scoreBy(() => value, { text: 'mine.ts' }).score(METRICS, {}))
      expect(error.code).toBe('INVALID_OBJECTIVE')
      expect(error.message).toContain('mine.ts')
    }
  })
})

describe('sets without a number', () => {
  const of = (text: string, metrics: Record<string, number | null>): number | null =>
    parseObjective(text).score(metrics, {})

  it('rank above all where nothing was lost, and below where there is another reason', () => {
    expect(of('profit_factor', { profit_factor: null, trades: 3, win_rate: 1 })).toBe(Infinity)
    expect(of('profit_factor', { profit_factor: null, trades: 3, win_rate: 0 })).toBeNull()
    expect(of('profit_factor', { profit_factor: null, trades: 0, win_rate: null })).toBeNull()
    expect(of('min:profit_factor', { profit_factor: null, trades: 3, win_rate: 1 })).toBeNull()
    expect(of('sortino', { sortino: null, sharpe: 3 })).toBe(Infinity)
    expect(of('sortino', { sortino: null, sharpe: null })).toBeNull()
    expect(of('calmar', { calmar: null, cagr: 0.1, max_drawdown: 0 })).toBe(Infinity)
    expect(of('calmar', { calmar: null, cagr: 0, max_drawdown: 0 })).toBeNull()
    expect(of('average_loss', { average_loss: null, trades: 2 })).toBe(Infinity)
    expect(of('average_loss', { average_loss: null, trades: 0 })).toBeNull()
  })

  it('read what says so', () => {
    expect(parseObjective('sortino').names).toEqual(['sortino', 'sharpe'])
    expect(parseObjective('calmar').names).toEqual(['calmar', 'cagr', 'max_drawdown'])
  })

  it('are those of a ruined account, whatever it made later', () => {
    const recovered = { total_return: 0.1, max_drawdown: 1.5, trades: 1 }
    expect(of('total_return', recovered)).toBeNull()
    expect(of('max_drawdown', recovered)).toBeNull()
    expect(scoreBy(() => 5, { text: 'mine' }).score(recovered, {})).toBeNull()
  })
})
