import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { assay, assayJson, assayProcess, REPOSITORY } from './assay.js'
import { marketsFolder } from './prepared-home.js'
import { GRID, MARKET, QUIET } from './sweep-candles.js'

interface Trial {
  readonly number: number
  readonly run_id: string
  readonly template: string | null
  readonly params: Record<string, number | string>
  readonly status: string
  readonly message: string | null
  readonly score: number | null
  readonly metrics: Record<string, number | null> | null
  readonly result_hash: string | null
  readonly decide_from: string | null
}

interface Sweep {
  readonly sweep_id: string
  readonly sweep_hash: string
  readonly trials_total: number
  readonly trials_failed: number
  readonly candle_evaluations: number
  readonly best: Trial | null
  readonly trials: readonly Trial[]
  readonly pareto_front?: readonly number[]
  readonly manifest: { readonly fields: readonly { base: { decide_from: string } }[] }
}

const folder = await marketsFolder()

const sweep = async (...args: string[]): Promise<Sweep> =>
  (await assayJson(folder, 'sweep', ...args, ...QUIET)) as unknown as Sweep

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('assay sweep', () => {
  it('says that it looks for sets where that takes long, and ends at Ctrl-C', async () => {
    const grids = ['fast_ma=1:500:1', 'slow_ma=2:1000:1', 'risk.stop_loss=0.0001:0.9:0.0001']
    const child = spawn(
      process.execPath,
      [
        ...[join(REPOSITORY, 'bin/assay.js'), 'sweep', 'ma_crossover', ...MARKET, ...QUIET],
        ...grids.flatMap(grid => ['--grid', grid]),
        ...['--where', 'slow_ma < 0', '--max-trials', '1e15', '--align', 'own'],
      ],
      {
        cwd: folder,
        env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '' },
      },
    )
    let err = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (!/looking for sets/.test(err) && /looking for sets/.test(err + text)) child.kill('SIGINT')
      err += text
    })
    const code = await new Promise(done => child.on('close', done))
    expect(code, err).toBe(1)
    expect(err).toMatch(/looking for sets: [\d,]+ combinations tried, 0 of them allowed/)
    expect(err).toMatch(/error: the sweep was stopped after 0 sets/)
  })

  // In a process of its own: where one has loaded a file, each of a million calls is guarded.
  it('that finds no allowed set says so', async () => {
    const { code, err } = await assayProcess(
      folder,
      ...['sweep', 'ma_crossover', ...MARKET, ...QUIET, '--method', 'tpe', '--trials', '20'],
      ...[
        '--grid',
        'fast_ma=1:300:1',
        '--grid',
        'slow_ma=2:700:1',
        '--grid',
        'risk.stop_loss=0.1:0.5:0.1',
      ],
      ...['--where', 'slow_ma < 0'],
    )
    expect(code).toBe(1)
    expect(err).toMatch(/error: no allowed set was found/)
  })

  it('gives one result over one, two and three workers', async () => {
    const args = ['ma_crossover', ...MARKET, ...GRID, '--stop-loss', '0.02']
    const hashes: string[] = []
    for (const workers of ['1', '2', '3']) {
      const { sweep_hash, trials } = await sweep(...args, '--workers', workers, '--memory', '1MB')
      hashes.push(sweep_hash)
      expect(trials.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
        trials.map((_, k) => k),
      )
    }
    expect(new Set(hashes).size).toBe(1)
  })

  it('gives each set what it gives alone, under the same id', async () => {
    const swept = await sweep(
      ...['ma_crossover', ...MARKET, '--grid', 'fast_ma=5,8', '--grid', 'slow_ma=20,30'],
      ...['--grid', 'risk.stop_loss=0.01,0.03', '--grid', 'cost.fee_bps=0,7'],
      ...['--trailing-stop', '0.04', '--from', '2023-01-05', '--to', '2023-03-20'],
    )
    expect(swept.trials_total).toBe(16)
    const from = swept.manifest.fields[0]!.base.decide_from
    for (const trial of [swept.trials[0]!, swept.trials[7]!, swept.trials[15]!]) {
      const { params } = trial
      const run = (await assayJson(
        folder,
        ...['backtest', 'ma_crossover', ...MARKET, ...QUIET, '--decide-from', from],
        ...['--fast-ma', `${params['fast_ma']}`, '--slow-ma', `${params['slow_ma']}`],
        ...['--stop-loss', `${params['risk.stop_loss']}`, '--trailing-stop', '0.04'],
        ...['--fee-bps', `${params['cost.fee_bps']}`],
        ...['--from', '2023-01-05', '--to', '2023-03-20'],
      )) as Record<string, unknown>
      expect(run['result_hash']).toBe(trial.result_hash)
      expect(run['run_id']).toBe(trial.run_id)
      expect(run['metrics']).toEqual(trial.metrics)
    }
  })

  it('lets every set begin to decide where the slowest can, and each where it can if asked', async () => {
    const args = ['ma_crossover', ...MARKET, '--grid', 'slow_ma=20,50']
    const { manifest, trials } = await sweep(...args)
    const start = '2023-01-03T01:00:00Z'
    expect(manifest.fields[0]!.base.decide_from).toBe(start)
    expect(trials.map(trial => trial.decide_from)).toEqual([start, start])
    const own = await sweep(...args, '--align', 'own')
    expect(own.trials.map(trial => trial.decide_from)).toEqual([null, null])
    const of = (list: readonly Trial[], slow: number): string | null =>
      list.find(({ params }) => params['slow_ma'] === slow)!.result_hash
    const alone = (await assayJson(
      folder,
      ...['backtest', 'ma_crossover', ...MARKET, ...QUIET, '--slow-ma', '20'],
    )) as Record<string, unknown>
    expect(of(own.trials, 20)).toBe(alone['result_hash'])
    expect(of(own.trials, 50)).toBe(of(trials, 50))
  })

  it('sorts by the objective, ties by number, sets without a score last', async () => {
    const { trials, best } = await sweep(
      ...['ma_crossover', ...MARKET, ...GRID, '--objective', 'max_drawdown'],
      ...['--min-trades', '60'],
    )
    const order = trials.map(({ score }) => score ?? -Infinity)
    expect(order).toEqual(order.toSorted((a, b) => b - a))
    expect(best).toEqual(trials[0])
    for (const { score, metrics } of trials) {
      const wanted = metrics!['trades']! < 60 ? null : 0 - metrics!['max_drawdown']!
      expect(score).toBe(wanted)
    }
    const top = await sweep(...['ma_crossover', ...MARKET, ...GRID, '--top', '3'])
    expect(top.trials).toHaveLength(3)
    expect(top.trials_total).toBe(67)
  })

  it('keeps only sets that meet the conditions and the strategy’s own check', async () => {
    const { trials } = await sweep(
      ...['ma_crossover', ...MARKET, ...GRID, '--where', 'slow_ma > 3 * fast_ma'],
      ...['--where', 'fast_ma != 4'],
    )
    expect(trials.length).toBeGreaterThan(5)
    for (const { params } of trials) {
      expect(params['slow_ma'] as number).toBeGreaterThan(3 * (params['fast_ma'] as number))
      expect(params['fast_ma']).not.toBe(4)
    }
  })

  it('goes over strategies, symbols, timeframes and templates at once', async () => {
    const { trials } = await sweep(
      ...['ma_crossover,rsi_reversion', '--symbol', 'SYNTH-A,SYNTH-B', '--timeframe', '1h'],
      ...['--templates', 'all', '--min-trades', '0'],
    )
    expect(trials).toHaveLength(8)
    const { code, out } = await assay(
      folder,
      ...['sweep', 'ma_crossover', ...MARKET, '--templates', 'all', ...QUIET],
    )
    expect(code).toBe(0)
    expect(out).toContain('conservative')
    expect(out).toContain('aggressive')
  })

  it.each(['random', 'latin', 'sobol', 'tpe', 'genetic'])(
    'draws the same sets from the same seed, by the method %s',
    async method => {
      const args = ['supertrend', ...MARKET, '--method', method, '--trials', '30']
      const [first, again, other] = [
        await sweep(...args, '--workers', '1'),
        await sweep(...args, '--workers', '2'),
        await sweep(...args, '--seed', '2'),
      ]
      expect(first.trials_total).toBe(30)
      expect(again.sweep_hash).toBe(first.sweep_hash)
      expect(other.sweep_hash).not.toBe(first.sweep_hash)
    },
  )

  it('takes several objectives to a front, and a function of the user’s', async () => {
    const several = await sweep(
      ...['ma_crossover', ...MARKET, ...GRID, '--objective', 'total_return'],
      ...['--objective', 'max_drawdown'],
    )
    const front = new Set(several.pareto_front)
    const figures = several.trials.map(({ number, metrics }) => ({
      number,
      gain: metrics!['total_return']!,
      loss: metrics!['max_drawdown']!,
    }))
    for (const one of figures) {
      const isBeaten = figures.some(
        ({ gain, loss }) =>
          gain >= one.gain && loss <= one.loss && (gain > one.gain || loss < one.loss),
      )
      expect(front.has(one.number)).toBe(!isBeaten)
    }
    writeFileSync(
      join(folder, 'score.ts'),
      'export default (metrics: Record<string, number>, params: Record<string, number>) => metrics.trades! - params.fast_ma!\n',
    )
    const { trials } = await sweep('ma_crossover', ...MARKET, ...GRID, '--objective', './score.ts')
    const [best] = trials
    expect(best!.score).toBe(best!.metrics!['trades']! - (best!.params['fast_ma'] as number))
  })

  it('goes on after Ctrl-C, and after being killed, to the same result', async () => {
    writeFileSync(join(folder, 'slow.ts'), slow(rootsIn(8 / (500 * 2500))))
    const args = ['./slow.ts', ...MARKET, '--grid', 'length=2:501:1', '--min-trades', '0']
    const whole = await sweep(...args, '--top', '1')
    const first = ['sweep', ...args, '--seed', '7', '--workers', '1', ...QUIET]
    const stopped = await interrupted(first, 'SIGINT', 0)
    const again = ['sweep', '--resume', stopped.sweep_id, '--workers', '1', ...QUIET]
    const killed = await interrupted(again, 'SIGKILL', stopped.trials.length)
    expect(killed.sweep_id).toBe(stopped.sweep_id)
    for (const left of [stopped, killed]) {
      expect(left.trials.length, 'left to do').toBeLessThan(500)
      expect(left.trials_total, 'counted, though nobody wrote it down').toBe(left.trials.length)
    }
    const resumed = await sweep('--resume', killed.sweep_id, '--top', '1')
    expect(resumed.trials_total).toBe(500)
    expect(resumed.sweep_hash).toBe(whole.sweep_hash)
  }, 300_000)

  it('records a set that throws as failed, with its message, and goes on', async () => {
    writeFileSync(join(folder, 'fragile.ts'), FRAGILE)
    const { trials, trials_failed } = await sweep(
      ...['./fragile.ts', ...MARKET, '--grid', 'length=2:9:1', '--min-trades', '0'],
    )
    expect(trials).toHaveLength(8)
    expect(trials_failed).toBe(1)
    const failed = trials.at(-1)!
    expect(failed).toMatchObject({ status: 'failed', score: null, metrics: null })
    expect(failed.message).toMatch(/seven is too many/)
    const { out } = await assay(folder, 'sweeps', 'show', 'latest')
    expect(out).toMatch(/failed: .*seven is too many/)
  })

  it('makes the best set a run, and a configuration file of it', async () => {
    const swept = await sweep('ma_crossover', ...MARKET, ...GRID, '--stop-loss', '0.03')
    const config = join(folder, 'best.json')
    const args = ['sweeps', 'best', swept.sweep_id, '--config-out', config, ...QUIET]
    const { best } = swept
    const run = (await assayJson(folder, ...args)) as Record<string, unknown>
    expect(run['result_hash']).toBe(best!.result_hash)
    const verified = await assay(folder, 'runs', 'verify', best!.run_id)
    expect(verified.code, verified.err).toBe(0)
    const decideFrom = swept.manifest.fields[0]!.base.decide_from
    const again = (await assayJson(
      folder,
      ...['backtest', '--config', config, '--timeframe', '1h', '--decide-from', decideFrom],
      ...QUIET,
    )) as Record<string, unknown>
    expect(again['result_hash']).toBe(best!.result_hash)
    const refused = await assay(folder, ...args)
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('exists')
  })

  it('writes a page that names the sweep', async () => {
    const page = join(folder, 'page.html')
    const { out, code } = await assay(
      folder,
      ...['sweep', 'ma_crossover', ...MARKET, ...GRID, '--report', page],
    )
    expect(code).toBe(0)
    expect(out).toContain(`report  ${page}`)
    for (const line of out.split('\n').filter(text => !text.includes(folder))) {
      expect(line.length, line).toBeLessThanOrEqual(90)
    }
  })

  it('counts every trial in the ledger once, whatever command ran it', async () => {
    const count = async (): Promise<number> => {
      const ledger = (await assayJson(folder, 'ledger', '--symbol', 'SYNTH-B')) as unknown as {
        entries: { strategy: string; trials: number }[]
      }
      return ledger.entries.find(({ strategy }) => strategy === 'macd_crossover')?.trials ?? 0
    }
    const market = ['--symbol', 'SYNTH-B', '--timeframe', '1h']
    expect(await count()).toBe(0)
    const args = ['macd_crossover', ...market, '--grid', 'fast=5:9:1', '--align', 'own']
    await sweep(...args)
    expect(await count()).toBe(5)
    await sweep(...args, '--grid', 'signal=9,10')
    expect(await count()).toBe(10)
    await assayJson(folder, 'backtest', 'macd_crossover', ...market, '--fast', '7', ...QUIET)
    expect(await count()).toBe(10)
    await assayJson(folder, 'backtest', 'macd_crossover', ...market, '--fast', '11', ...QUIET)
    expect(await count()).toBe(11)
  })

  it('says where a grid ends early and where a size looks like a share', async () => {
    const { out, err } = await assay(
      folder,
      ...['sweep', 'ma_crossover', ...MARKET, ...QUIET, '--json'],
      ...['--grid', 'fast_ma=5:12:5', '--grid', 'risk.position_size=0.5,50%'],
    )
    const note = '--grid fast_ma=5:12:5 ends at 10: 12 is no whole number of steps from 5.'
    expect(err).toContain(note)
    const { warnings } = JSON.parse(out) as { warnings: string[] }
    expect(warnings).toContain(note)
    expect(warnings.join()).toMatch(/position_size 0\.5 is an amount .* write "50%"/)
    const even = await sweep('ma_crossover', ...MARKET, '--grid', 'risk.stop_loss=0.01:0.05:0.01')
    expect((even as unknown as { warnings: string[] }).warnings.join()).not.toMatch(/ends at/)
  })

  it('says that no set has a score', async () => {
    const { code, err } = await assay(
      folder,
      ...['sweep', 'ma_crossover', ...MARKET, ...GRID, '--min-trades', '9999', ...QUIET],
    )
    expect(code).toBe(1)
    expect(err).toMatch(/none of the 67 sets has a score by sharpe/)
  })
})

/** What is stored of a sweep that a signal has stopped: by Ctrl-C soon, killed once more of it is stored than before. */
async function interrupted(
  args: readonly string[],
  signal: 'SIGINT' | 'SIGKILL',
  before: number,
): Promise<Sweep> {
  // Trials are stored every three seconds, and who stores them has the database to itself.
  for (const seconds of signal === 'SIGINT' ? [1, 2, 4, 8] : [4, 6, 9, 14, 20]) {
    const { code, err } = await stopped(args, signal, seconds)
    expect(code, err).toBe(signal === 'SIGINT' ? 1 : null)
    const left = (await assayJson(
      folder,
      ...['sweeps', 'show', 'latest', '--top', '500'],
    )) as unknown as Sweep
    if (left.trials.length > before && left.trials.length < 500) return left
  }
  throw new Error(`nothing is stored of a sweep that ${signal} has stopped`)
}

/** Runs a sweep and sends it a signal so many seconds after its evaluation began. */
async function stopped(
  args: readonly string[],
  signal: 'SIGINT' | 'SIGKILL',
  seconds: number,
): Promise<{ readonly code: number | null; readonly err: string }> {
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/assay.js'), ...args], {
    cwd: folder,
    env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const ended = new Promise<number | null>(done => child.on('close', done))
  // The line that tells the size comes when evaluation begins.
  while (!err.includes('candle evaluations') && child.exitCode === null) {
    await Promise.race([new Promise(done => child.stderr.once('data', done)), ended])
  }
  await Promise.race([sleep(seconds * 1000), ended])
  child.kill(signal)
  return { code: await ended, err }
}

/** How many square roots a core of this machine adds up in a time, whatever else it does. */
function rootsIn(seconds: number): number {
  const before = process.cpuUsage()
  let sum = 0
  for (let k = 0; k < 1e8; k++) sum += Math.sqrt(k)
  expect(sum).toBeGreaterThan(0)
  return Math.round((1e8 * seconds) / (process.cpuUsage(before).user / 1e6))
}

/** A strategy that adds up so many square roots at each candle. */
const slow = (roots: number): string => `
import { defineStrategy, integer, long, FLAT, sma } from 'assay'
export default defineStrategy({
  name: 'slow',
  description: 'Takes its time',
  params: { length: integer({ default: 3, min: 1, max: 600, description: 'Candles' }) },
  templates: { a: { length: 3 }, b: { length: 4 } },
  indicators: ({ length }) => ({ line: sma(length) }),
  initial: () => ({}),
  decide({ candle, indicators: { line } }) {
    let sum = 0
    for (let k = 0; k < ${roots}; k++) sum += Math.sqrt(k)
    return candle.close.at(0) > line.at(0) && sum > 0 ? long(1) : FLAT
  },
})
`

const FRAGILE = `
import { defineStrategy, integer, long, FLAT, sma } from 'assay'
export default defineStrategy({
  name: 'fragile',
  description: 'Breaks at one of its values',
  params: { length: integer({ default: 3, min: 1, max: 20, description: 'Candles' }) },
  templates: { a: { length: 3 }, b: { length: 4 } },
  indicators: ({ length }) => ({ line: sma(length) }),
  initial: () => ({}),
  decide({ params, candle, indicators: { line } }) {
    if (params.length === 7) throw new Error('seven is too many')
    return candle.close.at(0) > line.at(0) ? long(1) : FLAT
  },
})
`
