import { parquetReadObjects, toJson } from 'hyparquet'
import { parse } from 'csv-parse/sync'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrialRecord } from '../../src/core/ports/research/sweeps.js'
import { openDatabase } from '../../src/data/store/database.js'
import { createSweepRepository } from '../../src/data/store/sweeps/sweep-repository.js'
import { encoded, failedTrial, METRIC_NAMES, sweepOf, trialOf } from '../data/store/trial-maker.js'
import { assay, assayJson, scratch } from './assay.js'

const folder = scratch()
const [A, B, ODD] = ['aaaa1111bbbb2222', 'aaaa3333bbbb4444', 'cccc1111dddd2222']
const MESSAGE = 'threw "x", then\nmore'

/** Scores that fall with the number in A; in B the same sets and more, the best two exchanged. */
const trialsA = [
  ...Array.from({ length: 30 }, (_, k) => trialOf(k, { score: 3 - k / 10 })),
  failedTrial(30, MESSAGE),
]
const scoreInB = (k: number): number => (k === 0 ? 2.5 : k === 1 ? 3.5 : 3.5 - k / 10)
const trialsB = Array.from({ length: 40 }, (_, k) => trialOf(k, { score: scoreInB(k) }, 2))

/** Two strategies, a parameter named like a metric, another of mixed types. */
const odd: readonly TrialRecord[] = [
  trialOf(0, { params: { trades: 7, mixed: 1, on: true, only_first: 0.1 } }),
  trialOf(1, { strategy: 'own', params: { trades: 8, mixed: 'ema', on: false } }),
  trialOf(2, { template: '', params: { trades: 9, mixed: 'a,b "c"', on: true }, score: null }),
  failedTrial(3, MESSAGE),
]

beforeAll(async () => {
  const database = await openDatabase({ folder: join(folder, '.assay') })
  const sweeps = createSweepRepository(database)
  const objective = 'sharpe'
  await sweeps.save(sweepOf(A, { createdAt: '2024-01-01T00:00:00Z', objective, trialsTotal: 31 }))
  await sweeps.save(
    sweepOf(B, {
      createdAt: '2024-01-02T00:00:00Z',
      sweepHash: 'b'.repeat(64),
      manifest: { method: 'random', seed: 7, text: "it's \\ \u00e9", costs: { fee_bps: 5 } },
    }),
  )
  await sweeps.save(sweepOf(ODD, { createdAt: '2024-01-03T00:00:00Z', status: 'stopped' }))
  await sweeps.append(encoded(A, trialsA))
  await sweeps.append(encoded(B, trialsB))
  await sweeps.append(encoded(ODD, odd))
  await database.close()
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('stored sweeps', () => {
  it('are listed newest first', async () => {
    const listed = (await assayJson(folder, 'sweeps', 'list')) as unknown as { sweep_id: string }[]
    expect(listed.map(({ sweep_id }) => sweep_id)).toEqual([ODD, B, A])
    const { out } = await assay(folder, 'sweeps', 'list', '--limit', '1')
    expect(out).toMatch(/^cccc1111dddd +2024-01-03 +ma_crossover .* stopped, 1$/m)
    expect(out).not.toContain(A)
  })

  it('are shown with their best trials', async () => {
    const { code, out } = await assay(folder, 'sweeps', 'show', A.slice(0, 6), '--top', '3')
    expect(code).toBe(0)
    expect(out).toContain('31 trials, 1 failed, 0.13 s, 8.0T candles/s')
    expect(out).toMatch(/^trial +score .* fast_ma +slow_ma$/m)
    expect(out).toMatch(/^ +0 +3 .* 5 +20\n +1 +2.9 .* 6 +21\n +2 +2.8 .* 7 +22$/m)
    expect(out).toContain('fixed: kind sma, strategy ma_crossover')
    const shown = await assayJson(folder, 'sweeps', 'show', A, '--top', '40')
    expect(shown).toMatchObject({
      ...{ schema_version: 1, sweep_id: A, trials_total: 31, trials_failed: 1, seconds: 0.125 },
      ...{ sweep_hash: 'a'.repeat(64), candle_evaluations: 1_000_000_000_001 },
      manifest: { method: 'grid' },
      best: { number: 0, score: 3, status: 'ok', result_hash: trialsA[0]!.resultHash },
    })
    const trials = shown['trials'] as unknown as { number: number; message: string }[]
    expect(trials.map(({ number }) => number)).toEqual(trialsA.map(({ number }) => number))
    expect(trials[30]!.message).toBe(MESSAGE)
    expect((await assayJson(folder, 'sweeps', 'show', 'latest'))['sweep_id']).toBe(ODD)
  })

  it.each([
    ['aaaa', /alone: several begin so/],
    ['nothing', /there is no sweep "nothing"/],
    ['aaaa1111bbbb2223', /did you mean aaaa1111bbbb2222/],
  ])('named as "%s" are told clearly', async (reference, message) => {
    const { code, err, out } = await assay(folder, 'sweeps', 'show', reference)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })

  it('are compared set by set', async () => {
    const compared = await assayJson(folder, 'sweeps', 'compare', A, B)
    expect(compared).toMatchObject({
      sweeps: [A, B],
      same_result: false,
      sets: { a: 31, b: 40, both: 31, scored: 30 },
      best: {
        a: { number: 0, score: 3, other: { number: 0, score: 2.5, rank: 10 } },
        b: { number: 1, score: 3.5, other: { number: 1, score: 2.9, rank: 2 } },
      },
    })
    expect(compared['facts']).toEqual([
      { name: 'method', a: 'grid', b: 'random' },
      { name: 'costs.fee_bps', a: null, b: 5 },
    ])
    const change = compared['score_change'] as unknown as Record<string, number>
    expect(change['median']).toBeCloseTo(0.5, 12)
    expect(change['min']).toBeCloseTo(-0.5, 12)
    expect(change['max']).toBeCloseTo(0.6, 12)
    expect(change['improved']).toBeCloseTo(29 / 30, 12)
    // Ranks are the same but for the first, which falls to the tenth of thirty, which it shares.
    expect(compared['rank_correlation']).toBeCloseTo(spearmanOf(trialsA, trialsB), 12)
    const { out } = await assay(folder, 'sweeps', 'compare', A, B)
    expect(out).toContain(`sets: 31 in ${A}, 40 in ${B}, 31 in both`)
    expect(out).toMatch(/^aaaa1111bbbb2222 +0 +3 +2.5 +10 of 40, tied$/m)
    expect(out).toMatch(/^best of aaaa1111bbbb2222: fast_ma 5, /m)
  })

  it('that share nothing are compared all the same', async () => {
    const compared = await assayJson(folder, 'sweeps', 'compare', A, ODD)
    expect(compared).toMatchObject({
      ...{ sets: { a: 31, b: 4, both: 1, scored: 0 }, score_change: null, rank_correlation: null },
      best: { a: { other: null }, b: { other: null } },
    })
    const { code, out } = await assay(folder, 'sweeps', 'compare', A, ODD)
    expect(code).toBe(0)
    expect(out).toContain('not tried')
    const same = await assayJson(folder, 'sweeps', 'compare', A, 'aaaa1111')
    expect(same).toMatchObject({ same_result: true, facts: [], rank_correlation: 1 })
  })
})

describe('exported trials', () => {
  it('are CSV with a row each, by number', async () => {
    const { code, out, err } = await assay(folder, 'sweeps', 'export', ODD)
    expect([code, err]).toEqual([0, ''])
    const rows = parse<Record<string, string>>(out, { columns: true })
    expect(Object.keys(rows[0]!)).toEqual([
      ...['number', 'status', 'strategy', 'symbol', 'timeframe', 'template'],
      ...['fast_ma', 'kind', 'mixed', 'on', 'only_first', 'slow_ma', 'param_trades', 'use_ema'],
      'score',
      ...Object.keys(rows[0]!).filter(name => (METRIC_NAMES as readonly string[]).includes(name)),
      ...['message', 'run_id', 'result_hash', 'data_hash'],
    ])
    expect(rows.length).toBe(4)
    rows.forEach((row, number) => {
      const trial = odd[number]!
      expect(row['number']).toBe(String(number))
      expect(row['param_trades']).toBe(String(trial.params['trades'] ?? ''))
      expect(row['mixed']).toBe(String(trial.params['mixed'] ?? ''))
      expect(row['message']).toBe(trial.message ?? '')
      for (const name of METRIC_NAMES) {
        expect(row[name]).toBe(String(trial.metrics?.[name] ?? ''))
      }
    })
    expect(out, 'no template and an empty one differ').toMatch(
      /^2,ok,ma_crossover,SOL-USDC,5m,"",/m,
    )
  })

  it('are the best first where only some are asked for', async () => {
    const { out } = await assay(folder, 'sweeps', 'export', B, '--top', '3', '--format', 'csv')
    const rows = parse<Record<string, string>>(out, { columns: true })
    expect(rows.map(row => row['number'])).toEqual(['1', '2', '3'])
  })

  it('are the same in Parquet', async () => {
    const file = join(folder, 'odd.parquet')
    const args = ['sweeps', 'export', ODD, '--format', 'parquet', '--out', file]
    const { code, out, err } = await assay(folder, ...args)
    expect([code, out, err]).toEqual([0, '', ''])
    const rows = toJson(await readParquet(file)) as Record<string, unknown>[]
    expect(rows.length).toBe(4)
    rows.forEach((row, number) => {
      const { params, ...trial } = odd[number]!
      expect(row).toMatchObject({ ...trial.metrics, number, message: trial.message })
      expect(row['score'], 'doubles to the last bit').toBe(trial.score)
      expect(row['template']).toBe(trial.template)
      expect(row['param_trades']).toBe(params['trades'] ?? null)
      expect(row['on']).toBe(params['on'] ?? null)
      expect(row['mixed'], 'of several types are text').toBe(
        params['mixed'] === undefined ? null : String(params['mixed']),
      )
      if (trial.metrics === null) for (const name of METRIC_NAMES) expect(row[name]).toBeNull()
    })
  })

  it('write over a file only when told', async () => {
    const file = join(folder, 'mine.csv')
    writeFileSync(file, 'mine')
    const refused = await assay(folder, 'sweeps', 'export', A, '--out', file)
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/exists\n {2}.*--force/)
    expect(readFileSync(file, 'utf8')).toBe('mine')
    const { code } = await assay(folder, 'sweeps', 'export', A, '--out', file, '--yes')
    expect(code).toBe(0)
    expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(31)
  })

  it.each([
    [['--format', 'parquet'], /needs a file\n.*--output FILE/],
    [['--format', 'xlsx'], /"xlsx" is not known\n.*csv, json or parquet/],
    [['--top', '0'], /--top is "0"/],
    [['--what', 'trades'], /--what "trades" is not known\n.*use trials/],
  ])('with %j are refused', async (flags, message) => {
    const { code, err, out } = await assay(folder, 'sweeps', 'export', A, ...flags)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })
})

describe('usage of sweeps', () => {
  it.each([
    [['sweeps', 'shwo'], /did you mean show/],
    [['sweps', 'list'], /did you mean sweeps/],
    [['sweeps', 'show'], /missing: a sweep, by its id/],
    [['sweeps', 'compare', 'latest'], /missing: a second sweep/],
    [['sweeps'], /say list, show, compare, export or best/],
  ])('%j is told', async (args, message) => {
    const { code, err } = await assay(folder, ...args)
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })
})

describe('an empty home', () => {
  it('has no sweeps, and says what makes one', async () => {
    const empty = scratch()
    const { code, out } = await assay(empty, 'sweeps', 'list')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^no sweeps are stored yet; assay sweep makes one\nlooked in the home "[^"]+", which ASSAY_HOME names/,
    )
    expect((await assay(empty, 'sweeps', 'show', 'latest')).code).toBe(2)
    rmSync(empty, { recursive: true, force: true })
  })
})

async function readParquet(file: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(file)
  return parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  })
}

/** By the differences of ranks, for sets without ties on either side but the planted one. */
function spearmanOf(a: readonly TrialRecord[], b: readonly TrialRecord[]): number {
  const shared = a.filter(({ score }) => score !== null).map(({ number }) => number)
  const ranks = (of: readonly TrialRecord[]): number[] =>
    shared.map(number => {
      const own = of[number]!.score!
      const above = shared.filter(other => of[other]!.score! > own).length
      const equal = shared.filter(other => of[other]!.score! === own).length
      return above + (equal + 1) / 2
    })
  const [x, y] = [ranks(a), ranks(b)]
  const mean = (shared.length + 1) / 2
  const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0)
  const product = (u: readonly number[], v: readonly number[]): number =>
    sum(u.map((value, k) => (value - mean) * (v[k]! - mean)))
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y))
}
