import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Queue, Worker, type Job, type WorkerOptions } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Chunk, ChunkResult, ChunkRunner } from '../../src/backtest/sweep/trials/chunk.js'
import { ChunkBoard } from '../../src/app/queue/queue-board.js'
import { encodeResult, type ChunkJob } from '../../src/app/queue/queue-job.js'
import { openDatabase } from '../../src/data/store/database.js'
import { readQueueKey } from '../../src/data/store/queue-key.js'
import { packageKey, packSweep } from '../../src/app/queue/queue-package.js'
import { createQueueRunner } from '../../src/app/queue/queue-runner.js'
import { sign } from '../../src/app/queue/queue-signature.js'
import { runSweep } from '../../src/backtest/sweep/sweep.js'
import { TrialBench } from '../../src/backtest/sweep/trials/trial-bench.js'
import type { OpenSweep } from '../../src/app/sweep/input/sweep-input.js'
import { assayWith, REPOSITORY, scratch } from '../cli/assay.js'
import { startPostgres, whyNoPostgres, type PostgresServer } from '../postgres-server.js'
import { startRedis, whyNoRedis, type RedisServer } from './redis-server.js'
import { chunksOf, evaluateHere, openSample, threadsOf } from './sweep-fixture.js'
import { startWorker, type WorkerProcess } from './worker-process.js'

/** A strategy that takes all memory of its thread where its depth is 3. */
const MEMORY_EATER = `
import { defineStrategy, HOLD, integer, sma } from 'assay'
export default defineStrategy({
  name: 'memory_eater',
  description: 'Never trades',
  params: { depth: integer({ default: 1, min: 1, max: 9, description: 'Takes all memory at 3' }) },
  templates: {},
  indicators: () => ({ average: sma(5) }),
  initial: () => ({}),
  decide({ params }) {
    let last = null
    while (params.depth === 3) last = { next: last }
    return HOLD
  },
})
`

const reason = whyNoRedis() ?? whyNoPostgres()
if (reason !== undefined && process.env['ASSAY_CI'] === '1')
  throw new Error(`CI needs Redis and PostgreSQL servers: ${reason}`)
const title = 'chunks on a queue'

describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, () => {
  let key = ''
  let [redis, postgres]: [RedisServer, PostgresServer] = [undefined!, undefined!]
  let [folder, open, chunks, expected]: [string, OpenSweep, Chunk[], ChunkResult[]] = [
    '',
    undefined!,
    [],
    [],
  ]
  let workers: WorkerProcess[] = []
  let runners: ChunkRunner[] = []
  let log: string[] = []

  beforeAll(async () => {
    ;[redis, postgres] = await Promise.all([startRedis(), startPostgres()])
    folder = scratch()
    const ran = await assayWith({ DATABASE_URL: postgres.url }, folder, 'demo')
    if (ran.code !== 0) throw new Error(ran.err)
    process.env['DATABASE_URL'] = postgres.url
    process.env['ASSAY_HOME'] = join(folder, '.assay')
    const database = await openDatabase({ url: postgres.url, folder })
    key = await readQueueKey(database)
    await database.close()
    open = await openSample('ma_crossover', ['fast_ma=5:24:1', 'slow_ma=30:109:1'])
    chunks = chunksOf(open, 40)
    expected = await evaluateHere(open, chunks, folder)
  })
  afterEach(async () => {
    for (const runner of runners) await runner.close()
    for (const worker of workers) worker.kill('SIGKILL')
    await Promise.all(workers.map(({ ended }) => ended))
    const connection = new Redis(redis.url)
    await connection.flushall()
    connection.disconnect()
    ;[workers, runners, log] = [[], [], []]
  })
  afterAll(async () => {
    await redis?.stop()
    await postgres?.stop()
  })

  async function coordinator(plan = open.plan): Promise<ChunkRunner> {
    const options = { redisUrl: redis.url, sweepId: 'abcdef0123456789', plan, key }
    const runner = await createQueueRunner({ ...options, log: message => log.push(message) })
    runners.push(runner)
    return runner
  }

  function worker(env: Record<string, string> = {}, ...flags: string[]): WorkerProcess {
    const servers = { REDIS_URL: redis.url, DATABASE_URL: postgres.url }
    const home = join(folder, `worker-${workers.length}`)
    const started = startWorker({ ...servers, ...env }, home, '--concurrency', '1', ...flags)
    workers.push(started)
    return started
  }

  /**
   * Stands for a worker in this process, which may leave a job without ending it, as one that has
   * died does: it renews no lock, and locks are short.
   */
  async function playWorker(
    work: (job: Job<ChunkJob>) => Promise<ChunkResult>,
    play: () => Promise<void>,
  ): Promise<void> {
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null })
    const settings: Omit<WorkerOptions, 'connection'> = {
      prefix: 'assay',
      concurrency: 50,
      lockDuration: 300,
      stalledInterval: 200,
      skipLockRenewal: true,
      maxStalledCount: 1,
    }
    const player = new Worker<ChunkJob>(
      'chunks',
      async (job: Job<ChunkJob>) => encodeResult(await work(job)),
      { connection, ...settings },
    )
    player.on('error', () => undefined)
    try {
      await play()
    } finally {
      await player.close(true)
      connection.disconnect()
    }
  }

  it('that kill their worker are tried alone, and the one set that does it fails', async () => {
    const bench = new TrialBench(open.fields)
    const { points } = chunks[0]!
    const deadly = JSON.stringify(points[2])
    const innocent = { ...chunks[1]!, points: chunks[1]!.points.slice(0, 2) }
    const guilty = { ...chunks[0]!, points: points.slice(0, 4) }
    const seen: string[] = []
    const work = async ({ data: { chunk, alone } }: Job<ChunkJob>): Promise<ChunkResult> => {
      seen.push(`${chunk.id} ${chunk.points.length} ${alone ? 'alone' : 'beside'}`)
      const isDeadly = chunk.points.some(point => JSON.stringify(point) === deadly)
      if (isDeadly) await new Promise(() => undefined)
      return bench.run(chunk)
    }
    await playWorker(work, async () => {
      const runner = await coordinator()
      const [killed, other] = await Promise.all([runner.run(guilty), runner.run(innocent)])
      expect(other.messages).toEqual([null, null])
      expect(killed.messages).toEqual([
        null,
        null,
        'the worker that ran it died: its process was lost 2 times',
        null,
      ])
      expect(killed.resultHashes[3]).toBe(expected[0]!.resultHashes[3])
    })
    const times = (what: string): number => seen.filter(one => one === what).length
    expect([times('0 4 beside'), times('0 4 alone'), times('0 1 alone')]).toEqual([2, 2, 5])
  })

  it('that are done by two workers count once', async () => {
    const bench = new TrialBench(open.fields)
    let times = 0
    const work = async ({ data: { chunk } }: Job<ChunkJob>): Promise<ChunkResult> => {
      times += 1
      if (times === 1) await expect.poll(() => times).toBe(2)
      return bench.run(chunk)
    }
    await playWorker(work, async () => {
      const runner = await coordinator()
      expect(await runner.run(chunks[3]!)).toEqual(expected[3])
      expect(await runner.run(chunks[4]!)).toEqual(expected[4])
    })
    // More where a worker is slow enough to be taken for lost once more.
    expect(times).toBeGreaterThanOrEqual(3)
  })

  it('make the sweep hash that threads make', async () => {
    const hashOf = async (runner: ChunkRunner): Promise<string | null> => {
      const { plan, fields } = open
      const parts = { plan, fields, objectives: [], allows: () => true, take: () => undefined }
      return (await runSweep({ ...parts, runner })).sweepHash
    }
    const threads = threadsOf(open, folder)
    const here = await hashOf(threads)
    await threads.close()
    worker()
    worker()
    expect(here).toMatch(/^[0-9a-f]{64}$/)
    expect(await hashOf(await coordinator())).toBe(here)
  })

  it('give what threads give, though a worker is killed in the middle', async () => {
    const runner = await coordinator()
    expect(log[0]).toMatch(/no assay worker is connected to Redis at 127.0.0.1:\d+/)
    const first = worker()
    worker()
    const given = chunks.map(chunk => runner.run(chunk))
    await first.says(/joined sweep abcdef0123456789: ma_crossover on SYNTH-USDC 1h/)
    await Promise.any(given)
    first.kill('SIGKILL')
    expect(await Promise.all(given)).toEqual(expected)
  })

  it('are put again by the coordinator when Redis has forgotten them', async () => {
    const runner = await coordinator()
    const only = worker()
    const given = chunks.map(chunk => runner.run(chunk))
    await Promise.any(given)
    await redis.restart()
    expect(await Promise.all(given)).toEqual(expected)
    expect(log.join('\n')).toMatch(/Redis at .* is away[^]*Redis at .* is back/)
    only.kill('SIGTERM')
    expect(await only.ended).toBe(0)
    expect(only.log()).toMatch(/stopping: what runs is finished/)
  })

  it('of a package that is not signed with the key of the database, or for another sweep, are refused', async () => {
    const other = new Redis(redis.url)
    worker()
    for (const forge of [
      (text: string) => text.slice(text.indexOf('\n') + 1),
      (text: string) => text.replace(/^./, digit => (digit === '0' ? '1' : '0')),
      (text: string) => text.replace('"method":"grid"', '"method":"sobol"'),
      () => sign('abcdef0123456789-00000001', 'what another sweep had', key),
      (text: string) => sign('abcdef0123456789-00000001', text.slice(text.indexOf('\n') + 1), '00'),
    ]) {
      const runner = await coordinator()
      const [name] = await other.keys(packageKey('*'))
      await other.set(name!, forge((await other.get(name!))!), 'EX', 30)
      await expect(runner.run(chunks[0]!)).rejects.toThrow(
        /not signed with the key of the database/,
      )
      await runner.close()
    }
    other.disconnect()
  })

  it('of a coordinator that was killed are thrown away, and no result is taken twice', async () => {
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null })
    const killed = new ChunkBoard({
      redis: connection,
      sweep: 'abcdef0123456789-00000000',
      content: await packSweep(open.plan),
      onDone: () => undefined,
      onFailed: () => undefined,
      onWorkers: () => undefined,
      onError: () => undefined,
    })
    await killed.open()
    const left = chunks.slice(0, 8).map((chunk, k) => killed.put(`${k}`, { chunk, alone: false }))
    const other = new Redis(redis.url)
    const queue = new Queue('chunks', { connection: other, prefix: 'assay' })
    await expect.poll(() => queue.getWaitingCount()).toBe(left.length)
    connection.disconnect()
    await other.del(packageKey('abcdef0123456789-00000000'))

    const runner = await coordinator()
    worker()
    const [id] = [chunks[0]!.id]
    const result = await runner.run(chunks[0]!)
    expect(result).toEqual(expected[id])
    const again = { event: 'completed', jobId: left[0]!, returnvalue: '{"metrics":"no"}' }
    await other.xadd('assay:chunks:events', '*', ...Object.entries(again).flat())
    expect(await runner.run(chunks[1]!)).toEqual(expected[1])
    expect(await queue.getJobCounts('waiting', 'active', 'completed', 'delayed')).toEqual({
      waiting: 0,
      active: 0,
      completed: 0,
      delayed: 0,
    })
    other.disconnect()
  })

  it('run a strategy of the user that only the coordinator has, to the same run ids', async () => {
    const file = join(REPOSITORY, 'docs/examples/dip_buyer.ts')
    const own = await openSample(file, ['period=20:40:5', 'depth=1,2'])
    const parts = chunksOf(own, 4)
    const runner = await coordinator(own.plan)
    worker()
    const results = await Promise.all(parts.map(chunk => runner.run(chunk)))
    expect(results).toEqual(await evaluateHere(own, parts, folder))
    expect(results[0]!.runIds[0]).toMatch(/^[0-9a-f]{16}$/)
  })

  it('fail alone where a set exhausts the memory of its thread', async () => {
    mkdirSync(join(folder, 'strategies'), { recursive: true })
    const file = join(folder, 'strategies/memory_eater.ts')
    writeFileSync(file, MEMORY_EATER)
    const own = await openSample(file, ['depth=1:4:1'])
    const [chunk] = chunksOf(own, 4)
    const runner = await coordinator(own.plan)
    worker({ NODE_OPTIONS: '--max-old-space-size=80' })
    const { messages, resultHashes } = await runner.run(chunk!)
    expect(messages).toEqual([
      null,
      null,
      expect.stringMatching(/^the worker that ran it died: .*memory/),
      null,
    ])
    expect(resultHashes.map(hash => hash !== null)).toEqual([true, true, false, true])
  })

  it('are refused by a worker whose candles, Node or engine differ, which ends the sweep', async () => {
    const { plan } = open
    const other = (change: Partial<(typeof plan.fields)[0]['base']>): typeof plan => ({
      ...plan,
      fields: [{ ...plan.fields[0]!, base: { ...plan.fields[0]!.base, ...change } }],
    })
    const { data } = plan.fields[0]!.base
    worker()
    const cases = [
      [{ data: { ...data, hash: 'f'.repeat(64) } }, /candles of SYNTH-USDC 1h differ: .*ffffffff/],
      [{ node_version: '99.0.0' }, /runs on Node 99\.0\.0, this is Node/],
      [{ engine_version: '99.0.0' }, /is of Assay 99\.0\.0, this is Assay/],
    ] as const
    for (const [change, message] of cases) {
      const runner = await coordinator(other(change))
      await expect(runner.run(chunks[0]!)).rejects.toThrow(message)
    }
  })
})
