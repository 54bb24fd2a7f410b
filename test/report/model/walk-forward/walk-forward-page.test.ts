import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../src/core/candles/time.js'
import type { FigurePayload } from '../../../../src/report/browser/figures/payload.js'
import type { WalkForwardPageData } from '../../../../src/backtest/walk-forward/walk-forward-page-data.js'
import { walkForwardPage } from '../../../../src/report/model/walk-forward/walk-forward-page.js'
import { sampleWalkForward } from './sample-walk-forward.js'

const pageOf = (data: WalkForwardPageData): string =>
  walkForwardPage(data, { script: '', style: '' })

/** The page's words, with its spaces as a browser shows them. */
const wordsOf = (data: WalkForwardPageData): string =>
  pageOf(data)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

function figuresOf(data: WalkForwardPageData): FigurePayload['figures'] {
  const [, json] = /id="payload">\s*(.*?)\s*<\/script>/s.exec(pageOf(data))!
  return (JSON.parse(json!) as FigurePayload).figures
}

describe('the page of a walk-forward', () => {
  it('tells in words what was done and what came of it, without a verdict', () => {
    const words = wordsOf(sampleWalkForward({ folds: 5 }))
    expect(words).toMatch(/ma_crossover was optimised 5 times, over the 180d before each test/)
    expect(words).toMatch(/among up to 24 sets by sharpe/)
    expect(words).toMatch(/below that of its training in 5 of 5 folds/)
    expect(words).not.toMatch(/\b(pass|fail|robust|overfit)\b/i)
  })

  it('says what was left out, what was not traded, and why', () => {
    const data = sampleWalkForward({ folds: 6, unpicked: [0, 3], idle: [1] })
    const [fold] = data.result.folds
    const words = wordsOf({
      ...data,
      skipped: [fold!.fold],
      leftOver: { from: Date.UTC(2022, 0, 1), to: Date.UTC(2022, 0, 1) + 3 * DAY_MS },
      notes: ['a note on candles'],
    })
    expect(words).toContain('One fold with a test from 2021-01-01 to 2021-01-31 was left out')
    expect(words).toContain('Candles from 2022-01-01 on are too few for another test of 30d')
    expect(words).toContain('In folds 1, 4 no set had a score in training')
    expect(words).toContain('In fold 2 the pick closed no trade in its test')
    expect(words).toContain('a note on candles')
  })

  it('has a figure for every frame, and a frame for every figure', () => {
    for (const options of [{}, { folds: 1 }, { names: [] }, { folds: 3, unpicked: [0, 1, 2] }]) {
      const data = sampleWalkForward(options)
      const frames = [...pageOf(data).matchAll(/id="([\w-]+)"\s+class="chart/g)].map(([, id]) => id)
      expect(
        figuresOf(data)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(frames.sort())
    }
  })

  it('shows the score beside the Sharpe ratio where it is another number', () => {
    expect(wordsOf(sampleWalkForward())).not.toMatch(/drift.* Score Return Sharpe/)
    const other = sampleWalkForward({ objective: 'sharpe - max_drawdown' })
    expect(wordsOf(other)).toMatch(/Score Return Sharpe/)
  })

  it('names the capital, and the same walk-forward gives the same bytes', () => {
    const data = sampleWalkForward()
    expect(pageOf(data)).toBe(pageOf(data))
    expect(pageOf(data)).toContain('10,000.00')
  })
})
