import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { assay, assayWith, REPOSITORY, scratch } from '../cli/assay.js'
import { demoFolder } from '../cli/prepared-home.js'
import { startPostgres, whyNoPostgres, type PostgresServer } from '../postgres-server.js'
import { startRedis, whyNoRedis, type RedisServer } from './redis-server.js'
import { startWorker, type WorkerProcess } from './worker-process.js'

const reason = whyNoRedis() ?? whyNoPostgres()
if (reason !== undefined && process.env['ASSAY_CI'] === '1')
  throw new Error(`CI needs Redis and PostgreSQL servers: ${reason}`)
const title = 'assay sweep --distributed'

const SWEEP = [
  ...['sweep', 'ma_crossover', '--symbol', 'SYNTH-USDC', '--timeframe', '1h'],
  ...['--grid', 'fast_ma=5:24:1', '--grid', 'slow_ma=30:109:1', '--report', 'none', '--json'],
]

describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, () => {
  let [redis, postgres]: [RedisServer, PostgresServer] = [undefined!, undefined!]
  let [folder, env, expected]: [string, Record<string, string>, unknown] = ['', {}, null]
  let workers: WorkerProcess[] = []

  beforeAll(async () => {
    ;[redis, postgres] = await Promise.all([startRedis(), startPostgres()])
    folder = scratch()
    env = { REDIS_URL: redis.url, DATABASE_URL: postgres.url }
    const ran = await assayWith(env, folder, 'demo')
    if (ran.code !== 0) throw new Error(ran.err)
    const { out } = await assay(await demoFolder(), ...SWEEP, '--workers', '2')
    expected = outcome(out)
  })
  afterEach(async () => {
    for (const worker of workers) worker.kill('SIGKILL')
    await Promise.all(workers.map(({ ended }) => ended))
    workers = []
  })
  afterAll(async () => {
    await redis?.stop()
    await postgres?.stop()
  })

  function worker(): WorkerProcess {
    const home = join(folder, `worker-${workers.length}`)
    const started = startWorker(env, home, '--concurrency', '1')
    workers.push(started)
    return started
  }

  /** What must not depend on who evaluates; every trial with its run id and result hash. */
  function outcome(json: string): unknown {
    const { sweep_id, sweep_hash, trials_total, trials_failed, trials } = JSON.parse(
      json,
    ) as Record<string, unknown>
    return { sweep_id, sweep_hash, trials_total, trials_failed, trials }
  }

  it('gives the sweep of threads, though a worker is killed in the middle', async () => {
    const [first] = [worker(), worker()]
    const running = assayWith(env, folder, ...SWEEP, '--distributed')
    await first.says(/joined sweep/)
    first.kill('SIGKILL')
    const { code, out, err } = await running
    expect([code, err.includes('error')]).toEqual([0, false])
    expect(outcome(out)).toEqual(expected)
  })

  it('goes on with --resume after Ctrl-C, and after it was killed', async () => {
    const only = worker()
    const connection = new Redis(redis.url)
    await connection.flushall()
    const stopped = start(SWEEP)
    await only.says(/joined sweep/)
    stopped.kill('SIGINT')
    await once(stopped, 'exit')
    const resume = ['sweep', '--resume', 'latest', '--report', 'none', '--json']
    const killed = start(resume)
    await expect
      .poll(() => connection.keys('assay:sweep:*'), { timeout: 20_000 })
      .not.toHaveLength(0)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    connection.disconnect()
    const { code, out, err } = await assayWith(env, folder, ...resume, '--distributed')
    expect([code, err.includes('error: ')]).toEqual([0, false])
    expect(outcome(out)).toEqual(expected)
  })

  function start(command: readonly string[]): ChildProcess {
    const program = [join(REPOSITORY, 'bin/assay.js'), ...command, '--distributed']
    return spawn(process.execPath, program, {
      cwd: folder,
      env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), ...env },
      stdio: 'ignore',
    })
  }
})
