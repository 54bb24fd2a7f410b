import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrialLedger } from '../../src/core/ports/research/ledger.js'
import type { SweepRepository, TrialRecord } from '../../src/core/ports/research/sweeps.js'
import type { Database } from '../../src/data/store/database.js'
import { createRunRepository } from '../../src/data/store/runs/run-repository.js'
import { createSweepRepository } from '../../src/data/store/sweeps/sweep-repository.js'
import { createTrialLedger } from '../../src/data/store/sweeps/trial-ledger.js'
import {
  encoded,
  failedTrial,
  METRIC_NAMES,
  sweepOf,
  trialOf,
  trialsOf,
} from '../data/store/trial-maker.js'

/** What every database must do for sweeps, their trials and the ledger. */
export function sweepRepositoryContract(name: string, open: () => Promise<Database>): void {
  describe(`sweeps on ${name}`, { concurrent: false }, () => {
    let database: Database
    let sweeps: SweepRepository
    let ledger: TrialLedger
    let count = 0
    beforeAll(async () => {
      database = await open()
      sweeps = createSweepRepository(database)
      ledger = createTrialLedger(database)
    })
    afterAll(() => database.close())

    /** A sweep of a test's own, so that tests run in any order. */
    const begin = async (): Promise<string> => {
      const sweepId = `sweep-${count++}`
      await sweeps.save(sweepOf(sweepId, { createdAt: '2020-01-01T00:00:00Z' }))
      return sweepId
    }
    const read = async (
      sweepId: string,
      order: 'number' | 'score' = 'number',
      limit?: number,
    ): Promise<TrialRecord[]> => {
      const query = limit === undefined ? { order } : { order, limit }
      const list: TrialRecord[] = []
      for await (const page of sweeps.trials(sweepId, query)) {
        expect(page.length).toBeGreaterThan(0)
        expect(page.length, 'pages are bounded').toBeLessThanOrEqual(5000)
        list.push(...page)
      }
      return list
    }
    const numbers = (trials: readonly TrialRecord[]): number[] => trials.map(t => t.number)

    it('saves what is known of a sweep, again and again, and keeps its trials', async () => {
      const running = sweepOf('known', {
        ...{ status: 'running', sweepHash: null, trialsTotal: 0, trialsFailed: 0 },
      })
      await sweeps.save(running)
      expect(await sweeps.get('known')).toEqual(running)
      await sweeps.append(encoded('known', [...trialsOf(2), failedTrial(2, 'threw')]))
      const counted = { ...running, trialsTotal: 3, trialsFailed: 1 }
      expect(await sweeps.get('known'), 'nobody writes down what a killed sweep has').toEqual(
        counted,
      )
      const done = sweepOf('known', { seconds: 1 / 3, trialsTotal: 3, trialsFailed: 0 })
      await sweeps.save(done)
      expect(await sweeps.get('known')).toEqual(done)
      expect((await read('known')).length).toBe(3)
      expect(await sweeps.get('none')).toBeUndefined()
    })

    it('lists the newest first', async () => {
      await sweeps.save(sweepOf('new-a', { createdAt: '2031-01-01T00:00:00Z' }))
      await sweeps.save(sweepOf('new-b', { createdAt: '2031-01-02T00:00:00.500Z' }))
      expect((await sweeps.list(2)).map(({ sweepId }) => sweepId)).toEqual(['new-b', 'new-a'])
      expect((await sweeps.list()).length).toBeGreaterThanOrEqual(2)
      expect((await sweeps.latest())!.createdAt).toBe('2031-01-02T00:00:00.500Z')
    })

    it('gives back any trial as it was', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(trialArbitrary, { maxLength: 20 }), async drawn => {
          const trials = drawn.map((trial, number) => ({ ...trial, number }))
          const sweepId = await begin()
          await sweeps.append(encoded(sweepId, trials))
          expect(await read(sweepId)).toEqual(trials)
        }),
        { numRuns: 40 },
      )
    })

    it('keeps text that needs care, and puts a sign where none can be kept', async () => {
      const sweepId = await begin()
      const text = 'tab\tnewline\n\r\\N \\. \\u0000 "quoted" \'single\' \u{1f600} é'
      const kept = { ...failedTrial(0, text), params: { kind: text, [text]: 1 } }
      const odd = { ...failedTrial(1, 'nul\0half\ud800'), params: { kind: 'nul\0half\udc00!' } }
      await sweeps.append(encoded(sweepId, [kept, odd]))
      const [first, second] = await read(sweepId)
      expect(first).toEqual(kept)
      expect(second!.message).toBe('nul\ufffdhalf\ufffd')
      expect(second!.params).toEqual({ kind: 'nul\ufffdhalf\ufffd!' })
    })

    it('adds a number once: what stands is left as it is', async () => {
      const sweepId = await begin()
      await sweeps.append(encoded(sweepId, []))
      await sweeps.append(encoded(sweepId, trialsOf(10)))
      await sweeps.append(encoded(sweepId, trialsOf(10)))
      await sweeps.append(encoded(sweepId, trialsOf(20, 0, 2)))
      const twice = [trialOf(20), trialOf(20, { score: 9 }), trialOf(5, { score: 9 })]
      await sweeps.append(encoded(sweepId, twice))
      expect(await read(sweepId)).toEqual([...trialsOf(10), ...trialsOf(10, 10, 2), trialOf(20)])
    })

    it('adds all of a batch or nothing of it', async () => {
      const sweepId = await begin()
      await sweeps.append(encoded(sweepId, trialsOf(5)))
      const bad = trialOf(5999, { status: 'odd' as 'ok' })
      await expect(sweeps.append(encoded(sweepId, [...trialsOf(5990, 5), bad]))).rejects.toThrow(
        /check/,
      )
      expect(numbers(await read(sweepId))).toEqual([0, 1, 2, 3, 4])
      const unknown = trialOf(6, { metrics: { sharp: 1 } })
      expect(() => encoded(sweepId, [unknown])).toThrow('no column for "sharp"')
      await expect(sweeps.append(encoded('none', trialsOf(1)))).rejects.toThrow('no sweep none')
    })

    it('adds batches of several workers side by side, each number once', async () => {
      const sweepId = await begin()
      const starts = [0, 300, 150, 0, 450, 300]
      await Promise.all(starts.map(since => sweeps.append(encoded(sweepId, trialsOf(300, since)))))
      expect(await read(sweepId)).toEqual(trialsOf(750))
    })

    it('reads by number, by pages, to a limit', async () => {
      const sweepId = await begin()
      await sweeps.append(encoded(sweepId, trialsOf(6000, 6000)))
      await sweeps.append(encoded(sweepId, trialsOf(6000)))
      expect(numbers(await read(sweepId))).toEqual(Array.from({ length: 12_000 }, (_, k) => k))
      for (const limit of [1, 5000, 5001, 20_000]) {
        expect((await read(sweepId, 'number', limit)).length).toBe(Math.min(limit, 12_000))
      }
      expect(await read(sweepId, 'number', 0)).toEqual([])
    })

    it('reads by score: best first, ties by number, trials without one last', async () => {
      const sweepId = await begin()
      const scores = [3, null, -1, 3, Infinity, 1e300, 5e-324, 0, null, -1e300, 3]
      const trials = Array.from({ length: 11_000 }, (_, number) =>
        trialOf(number, { score: scores[number % scores.length]! }),
      )
      await sweeps.append(encoded(sweepId, trials.toReversed()))
      const expected = trials.toSorted(
        (a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || a.number - b.number,
      )
      const byScore = await read(sweepId, 'score')
      expect(numbers(byScore)).toEqual(numbers(expected))
      expect(numbers(await read(sweepId, 'score'))).toEqual(numbers(byScore))
      expect(numbers(await read(sweepId, 'score', 8801))).toEqual(numbers(expected.slice(0, 8801)))
    })

    it('has a column for every metric, for questions in SQL', async () => {
      const sweepId = await begin()
      await sweeps.append(encoded(sweepId, [trialOf(0), failedTrial(1, 'thrown')]))
      const rows = await database.query(
        `select params->>'slow_ma' as slow, ${METRIC_NAMES.join(', ')} from trials
         where sweep_id = $1 order by number`,
        [sweepId],
      )
      expect(Number(rows[0]!['slow'])).toBe(20)
      for (const name of METRIC_NAMES) {
        expect(Number(rows[0]![name])).toBe(trialOf(0).metrics![name])
        expect(rows[1]![name], 'a failed trial has none').toBeNull()
      }
    })

    it('counts distinct trials of sweeps and runs', async () => {
      const place = { symbol: 'LEDGER', timeframe: '1h', dataHash: 'aa', strategy: 's' }
      const trials = trialsOf(8).map(trial => ({ ...trial, ...place }))
      const failed = { ...failedTrial(8, 'thrown'), ...place, runId: 'failed' }
      const silent = { ...trialOf(9), ...place, metrics: { sharpe: null } }
      const later = { ...trialOf(10), ...place, strategy: 't' }
      const [one, two] = ['ledger-1', 'ledger-2']
      await sweeps.save(sweepOf(one, { createdAt: '2024-01-01T00:00:00Z' }))
      await sweeps.save(sweepOf(two, { createdAt: '2024-03-01T00:00:00Z' }))
      await sweeps.append(encoded(one, [...trials, failed, silent, later]))
      await sweeps.append(encoded(two, trials.slice(2, 5)))
      const runs = createRunRepository(database)
      const run = (runId: string, day: string, sharpe: number | null): Promise<void> =>
        runs.save({
          ...{ runId, createdAt: `${day}T00:00:00Z`, strategy: 's', symbol: 'LEDGER' },
          ...{
            timeframe: '1h',
            resultHash: 'r',
            curveHash: null,
            manifest: { data: { hash: 'aa' } },
          },
          ...{ metrics: { sharpe }, warnings: [], trades: [] },
        })
      await run(trials[0]!.runId, '2024-02-01', trials[0]!.metrics!['sharpe']!)
      await run('alone', '2024-04-01', 7)
      const sharpes = [...trials.map(trial => trial.metrics!['sharpe']!), 7]
      const entries = await ledger.count({ symbol: 'LEDGER' })
      expect(entries.map(({ strategy }) => strategy)).toEqual(['s', 't'])
      const { sharpeVariance, ...counts } = entries[0]!
      expect(counts).toEqual({
        ...place,
        ...{ trials: 11, failed: 1, sharpes: 9 },
        ...{ first: '2024-01-01T00:00:00Z', last: '2024-04-01T00:00:00Z' },
      })
      expect(sharpeVariance).toBeCloseTo(varianceOf(sharpes), 12)
      expect(entries[1]).toMatchObject({ trials: 1, sharpes: 1, sharpeVariance: null })
      expect(await ledger.count({ ...place, strategy: 't' })).toEqual([entries[1]])
      expect(await ledger.count({ dataHash: 'aa', timeframe: '1h' })).toEqual(entries)
      expect(await ledger.count({ symbol: "NONE'" })).toEqual([])
      await run('failed', '2024-04-02', null)
      const mended = await ledger.count({ dataHash: 'aa', strategy: 's' })
      expect(mended, 'a trial that has a result after all').toMatchObject([{ failed: 0 }])
    })
  })
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

/** Any finite double, the largest and the smallest included; JSON knows no minus zero. */
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map(value => (value === 0 ? 0 : value))
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('\t', '\n', '\\', '"', "'", '\r'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
  })
  .filter(value => !value.includes('\0'))

const paramsArbitrary = fc
  .dictionary(text, fc.oneof(double, fc.boolean(), text), { maxKeys: 6 })
  .map(params => ({ ...params }))

const trialArbitrary: fc.Arbitrary<TrialRecord> = fc
  .record({
    runId: text,
    strategy: text,
    symbol: text,
    timeframe: text,
    template: fc.option(text),
    dataHash: text,
    params: paramsArbitrary,
    message: fc.option(text),
    score: fc.option(double),
    resultHash: fc.option(text),
    metrics: fc.option(fc.tuple(...METRIC_NAMES.map(() => fc.option(double)))),
  })
  .map(({ metrics, ...drawn }) => ({
    ...drawn,
    number: 0,
    status: metrics === null ? 'failed' : 'ok',
    metrics: metrics && Object.fromEntries(METRIC_NAMES.map((name, k) => [name, metrics[k]!])),
  }))
