import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadPage } from '../../../../src/report/model/page/page-bundle.js'
import { marginalOf, placeOf } from '../../../../src/report/browser/sweep/axes/marginal.js'
import type { SweepPayload } from '../../../../src/report/browser/sweep/payload.js'
import {
  colourOf,
  countScale,
  scoreScale,
} from '../../../../src/report/browser/sweep/axes/scale.js'
import { logTicks, roundRange, roundTicks } from '../../../../src/report/browser/charts/ticks.js'
import {
  findTrials,
  trialColumns,
} from '../../../../src/report/browser/sweep/trials/trial-columns.js'
import {
  formatParam,
  formatScore,
  mainMetrics,
} from '../../../../src/report/model/sweep/page-format.js'
import { sweepPayload } from '../../../../src/report/model/sweep/page-payload.js'
import type { SweepPageData } from '../../../../src/backtest/sweep/tally/sweep-page-data.js'
import { sweepPage, writeSweepPage } from '../../../../src/report/model/sweep/sweep-page.js'
import { AXES, range, sampleSweep } from './sample-sweep-page.js'

const NO_BUNDLE = { script: '', style: '' }
const STOPS = ['#800000', '#ff0000', '#ffaaaa', '#eeeeee', '#aaaaff', '#0000ff', '#000080']

const htmlOf = (data: SweepPageData): string => sweepPage(data, NO_BUNDLE)

/** What a reader sees: no tags, no data, one space between words. */
function textOf(page: string): string {
  return page
    .replace(/<script[\s\S]*?<\/script>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
}

function payloadOf(page: string): SweepPayload {
  const [, json] = /<script type="application\/json" id="payload">([\s\S]*?)<\/script>/.exec(page)!
  return JSON.parse(json!) as SweepPayload
}

describe('the page of a sweep', () => {
  it('says what was judged, what is best, and how many were tried', () => {
    const data = sampleSweep()
    const text = textOf(htmlOf(data))
    expect(text).toContain('ma_crossover, SOL-USDC 5m')
    expect(text).toContain('objective sharpe')
    expect(text).toContain('The best of 1,212 trials is flattered by selection')
    expect(text).toContain(`#${data.trials[0]!.number}`)
    expect(text).toContain(formatScore(data.trials[0]!.score, 'ratio'))
    expect(text).not.toContain('stopped early')
  })

  it('says that a sweep was stopped', () => {
    const text = textOf(htmlOf({ ...sampleSweep({ trials: 50 }), isComplete: false }))
    expect(text).toContain('stopped early')
    expect(text).not.toContain('all that were asked for')
  })

  it('holds the best ten, the spread and the facts without its script', () => {
    const data = sampleSweep()
    const text = textOf(htmlOf(data))
    for (const { number } of data.trials.slice(0, 10)) expect(text).toContain(`#${number} `)
    expect(text).toContain('25% are below')
    expect(text).toContain(data.sweepHash)
    for (const [, value] of data.facts) expect(text).toContain(value)
  })

  it('lets no text end its element, whatever a name holds', () => {
    const evil = `</script><script>broken()</script><!--"'&`
    const data = sampleSweep({ trials: 30, groups: [evil, `${evil}2`] })
    const page = htmlOf({
      ...data,
      title: evil,
      objective: evil,
      notes: [evil],
      facts: [[evil, evil]],
      sweepId: evil,
      axes: data.axes.map(axis => ({ ...axis, name: evil })),
      curves: data.curves.map(curve => ({ ...curve, label: evil })),
      trials: data.trials.map(trial => ({ ...trial, metrics: { [evil]: 1, __proto__: null } })),
    })
    expect(page.match(/<script/g)).toHaveLength(2)
    expect(page.match(/<\/script/g)).toHaveLength(2)
    expect(page.includes('<!--')).toBe(false)
    const payload = payloadOf(page)
    expect(payload.objective).toBe(evil)
    expect(payload.trials.labels).toContain(evil)
    expect(Object.keys(payload.trials.metrics)).toEqual([evil])
  })

  it('names a missing number "none", and writes no NaN', () => {
    const data = sampleSweep({ trials: 40 })
    const trials = data.trials.map((trial, k) => ({
      ...trial,
      plateau: k % 2 === 0 ? null : NaN,
      values: trial.values.map(() => null),
      metrics: { ...trial.metrics, calmar: NaN, sortino: Infinity, cagr: null },
    }))
    const page = htmlOf({ ...data, trials })
    expect(textOf(page)).not.toMatch(/NaN|Infinity|undefined|\bnull\b/)
    expect(textOf(page)).toContain('none')
    const payload = payloadOf(page)
    expect(payload.trials.plateau.every(plateau => plateau === null)).toBe(true)
    expect(payload.trials.metrics['sortino']![0]).toBeNull()
  })

  it('keeps its size in bounds: 3,000 trials of five axes in two megabytes', async () => {
    const data = sampleSweep({ trials: 4_000 })
    const bundle = await loadPage('sweep-page')
    expect(data.trials).toHaveLength(3_000)
    expect(htmlOf(data).length).toBeLessThan(1_500_000)
    expect(bundle.script.length).toBeLessThan(700_000)
    expect(bundle.script).toContain('Redistribution and use in source and binary forms')
  })

  it('names no address to fetch from', () => {
    const page = htmlOf(sampleSweep({ groups: ['a', 'b'] }))
    expect(/\b(src=|href="(?!#))|url\(|https?:/.exec(page)?.[0] ?? null).toBeNull()
    expect(page.includes('default-src &#39;none&#39;')).toBe(true)
  })

  it('appears whole or not at all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-sweep-page-'))
    await writeSweepPage(sampleSweep({ trials: 5 }), join(folder, 'sweep.html'))
    expect(await readdir(folder)).toEqual(['sweep.html'])
    expect(await readFile(join(folder, 'sweep.html'), 'utf8')).toMatch(/<\/html>\n$/)
    await expect(
      writeSweepPage(sampleSweep({ trials: 5 }), join(folder, 'no', 'x')),
    ).rejects.toThrow()
    await rm(folder, { recursive: true })
  })

  it('leaves out what there is nothing to draw for', () => {
    const heads = (data: SweepPageData): string[] =>
      [...htmlOf(data).matchAll(/<h2[^>]*>([^<]*)</g)].map(([, head]) => head!.trim())
    const templates = heads(sampleSweep({ axes: [], trials: 6, groups: ['a', 'b', 'c'] }))
    expect(templates).toContain('Side by side')
    expect(templates).not.toContain('Heat maps')
    expect(templates).not.toContain('Parallel coordinates')
    expect(heads(sampleSweep({ axes: AXES.slice(0, 1) }))).toContain('Score along fast_ma')
    const one = heads(sampleSweep({ trials: 1 }))
    expect(one).toContain('The trial')
    expect(one).not.toContain('Plateaus')
    const none = heads(sampleSweep({ score: null, curves: 0 }))
    expect(none).toEqual([
      'Before you read on',
      'Spread of scores',
      'Trials',
      'Metrics',
      'Manifest',
    ])
  })

  it('says why there is no best', () => {
    const unscored = sampleSweep({ trials: 20, score: null })
    expect(textOf(htmlOf(unscored))).toContain('No trial has a score')
    const failed = { ...unscored, trials: [], trialsTotal: 20, trialsFailed: 20 }
    expect(textOf(htmlOf(failed))).toContain('Every trial failed')
  })

  it('draws a spread of one score as a sentence', () => {
    const text = textOf(htmlOf(sampleSweep({ trials: 20, score: 0.5 })))
    expect(text).toContain('All scores are 0.500')
  })
})

describe('what the script is handed', () => {
  it('has a column an axis and a metric, in the order of the trials', () => {
    const data = sampleSweep({ trials: 25 })
    const { trials } = sweepPayload(data)
    expect(trials.number).toEqual(data.trials.map(trial => trial.number))
    data.trials.forEach((trial, k) => {
      expect(trials.values.map(column => column[k])).toEqual(trial.values)
      expect(trials.score[k]).toBeCloseTo(trial.score!, 8)
    })
  })

  it('knows the unit of an objective that is one metric', () => {
    const data = sampleSweep({ trials: 2 })
    expect(sweepPayload({ ...data, objective: 'total_return' }).scoreUnit).toBe('change')
    expect(sweepPayload({ ...data, objective: '0.5*sharpe + calmar' }).scoreUnit).toBeNull()
  })

  it('has means along an axis that are those of its trials', () => {
    const data = sampleSweep({ trials: 900 })
    const payload = sweepPayload(data)
    for (const axis of [0, 2, 4]) {
      const { mean, best, count } = marginalOf(payload, axis)
      data.axes[axis]!.values.forEach((value, k) => {
        const own = data.trials.filter(trial => trial.values[axis] === value)
        const scores = own.map(trial => trial.score!)
        expect(count[k]).toBe(own.length)
        if (own.length === 0) return
        expect(best[k]).toBeCloseTo(Math.max(...scores), 5)
        expect(mean[k]).toBeCloseTo(scores.reduce((a, b) => a + b) / scores.length, 5)
      })
    }
  })

  it('finds the nearest place of a value on a binned axis', () => {
    const payload = sweepPayload(sampleSweep({ trials: 5 }))
    expect(placeOf(payload, 1, 20)).toBe(0)
    expect(placeOf(payload, 1, 63)).toBe(9)
    expect(placeOf(payload, 3, 'ema')).toBe(1)
    expect(placeOf(payload, 3, 'hma')).toBeNull()
    expect(placeOf(payload, 4, true)).toBe(1)
    expect(placeOf(payload, 4, null)).toBeNull()
  })
})

describe('the list of trials', () => {
  const payload = sweepPayload(sampleSweep({ trials: 300, groups: ['base set', 'swing set'] }))

  it('finds rows that hold every word, and whole values', () => {
    const fast = payload.trials.values[0]!
    const found = findTrials(payload, 'fast_ma=7 swing')
    expect(found).toEqual(
      fast.flatMap((value, k) =>
        value === 7 && payload.trials.label[k] === payload.trials.labels.indexOf('swing set')
          ? [k]
          : [],
      ),
    )
    expect(findTrials(payload, ' ')).toHaveLength(300)
    expect(findTrials(payload, 'nothing of the kind')).toEqual([])
    expect(
      findTrials(payload, 'short=TRUE').every(k => payload.trials.values[4]![k] === true),
    ).toBe(true)
  })

  it('has a column for each swept name and metric, all of them when asked', () => {
    const names = (all: boolean): string[] => trialColumns(payload, all).map(({ label }) => label)
    for (const { name } of AXES) expect(names(false)).toContain(name)
    expect(names(false)).not.toContain('Volatility')
    expect(names(true)).toContain('Volatility')
    expect(names(true).slice(0, names(false).length)).toEqual(names(false))
  })
})

describe('a colour scale', () => {
  it('is symmetric about 0 where scores have both signs', () => {
    const scale = scoreScale([-0.5, null, 2, 0.1], STOPS)
    expect(scale.min).toBe(-scale.max)
    expect(colourOf(scale, 0)).toBe(STOPS[3])
    expect(colourOf(scale, 99)).toBe(STOPS[6])
    expect(colourOf(scale, -99)).toBe(STOPS[0])
  })

  it('is the half of its sign where there is only one', () => {
    expect(scoreScale([1, 2], STOPS).stops).toEqual(STOPS.slice(4))
    expect(scoreScale([-1, -2], STOPS).stops).toEqual(STOPS.slice(0, 3))
    expect(colourOf(scoreScale([1, 1], STOPS), 1)).toBe(STOPS[6])
    expect(colourOf(scoreScale([-1, -1], STOPS), -1)).toBe(STOPS[0])
  })

  it('does not let one outlier pale all others, and says so', () => {
    const scale = scoreScale([...range(-50, 50, 1).map(k => k / 100), -40], STOPS)
    expect(scale.max).toBeLessThanOrEqual(0.5)
    expect(scale.isClipped).toBe(true)
  })

  it('counts from 0', () => {
    expect(countScale([0, 3, 7], STOPS)).toMatchObject({ min: 0, max: 7 })
    expect(countScale([], STOPS)).toMatchObject({ min: 0, max: 1 })
  })
})

describe('ticks', () => {
  it('hold all values between round ends', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, numbers => {
        const { min, max } = roundRange(numbers)
        expect(min).toBeLessThan(max)
        const air = 1e-9 * Math.max(1, max - min)
        for (const number of numbers) expect(number >= min - air && number <= max + air).toBe(true)
      }),
    )
  })

  it('are round, and logarithmic over a decade', () => {
    expect(roundTicks(0, 1, 5).map(tick => tick.toFixed(1))).toEqual([
      '0.0',
      '0.2',
      '0.4',
      '0.6',
      '0.8',
      '1.0',
    ])
    expect(logTicks(900, 60_000)).toEqual([1_000, 2_000, 5_000, 10_000, 20_000, 50_000])
    expect(logTicks(9_000, 22_000)).toContain(15_000)
    expect(logTicks(0, 5)).toEqual([])
  })
})

describe('numbers on the page', () => {
  it('are not said twice: an objective is the score', () => {
    const names = ['trades', 'sharpe', 'max_drawdown', 'own']
    expect(mainMetrics(names, 'calmar')).toEqual(['sharpe', 'max_drawdown', 'trades'])
    expect(mainMetrics(names, ' sharpe ')).toEqual(['max_drawdown', 'trades'])
    expect(mainMetrics(names, 'max_drawdown')).toContain('max_drawdown')
  })

  it('are short, and none where there is none', () => {
    expect(formatScore(1.23456, null)).toBe('1.235')
    expect(formatScore(0.000123, null)).toBe('0.000123')
    expect(formatScore(123_456.7, null)).toBe('123,456.7')
    expect(formatScore(0.1234, 'change')).toBe('+12.34%')
    expect(formatScore(NaN, null)).toBe('none')
    expect(formatScore(null, 'share')).toBe('none')
    expect(formatParam(0.1 + 0.2)).toBe('0.3')
    expect(formatParam(true)).toBe('true')
    expect(formatParam(null)).toBe('none')
  })
})
