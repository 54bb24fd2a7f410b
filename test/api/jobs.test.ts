import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemOf } from '../../src/api/problem.js'
import { JobDesk } from '../../src/app/jobs/job-desk.js'
import { problemOfJob } from '../../src/app/jobs/job-work.js'
import { GONE_AFTER_MS, hasGone } from '../../src/app/jobs/server-life.js'
import { describeError } from '../../src/app/output/error-text.js'
import { newOwner, ownerText } from '../../src/data/embedded/lock-owner.js'
import { assay } from '../cli/assay.js'
import { demoFolder } from '../cli/prepared-home.js'
import { openApi, type ApiHouse } from './api-house.js'

let folder: string
let house: ApiHouse
let key: string

beforeAll(async () => {
  folder = await demoFolder()
  house = await openApi({ home: join(folder, '.assay') })
  key = await house.key({ scope: 'research' })
}, 120_000)
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})

const TERMS = { strategy: 'ma_crossover', symbol: 'SYNTH-USDC', timeframe: '1h' }
/** A sweep that ends when somebody ends it. */
const LONG = {
  ...TERMS,
  grid: { fast_ma: '2:120:1', slow_ma: '121:900:1', min_volume: '0:99:1' },
  max_trials: 100_000_000,
}

interface Job {
  readonly id: string
  readonly state: string
  readonly progress: { readonly done: number; readonly unit: string } | null
  readonly problem: { readonly code: string; readonly message: string } | null
  readonly result: Record<string, unknown> | null
}

async function started(path: string, body: object): Promise<Job> {
  const answer = await house.ask('POST', path, { key, body })
  expect(answer.statusCode, answer.body).toBe(202)
  return answer.json<Job>()
}

async function jobOf(id: string): Promise<Job> {
  return (await house.ask('GET', `/v1/jobs/${id}`, { key })).json<Job>()
}

async function when(id: string, holds: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await jobOf(id)
    if (holds(job)) return job
    await new Promise(done => setTimeout(done, 50))
  }
}

const ended = ({ state }: Job): boolean => !['queued', 'running', 'cancelling'].includes(state)

/** Processes of jobs that this process has started. */
function jobProcesses(): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        const isJob = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('job.js')
        return Number(parent) === process.pid && isJob
      } catch {
        return false
      }
    })
}

describe('a job', () => {
  it('gives what the command line prints of the same', async () => {
    const { id } = await started('/v1/runs', TERMS)
    const { state, result, problem } = await when(id, ended)
    expect(problem).toBeNull()
    expect(state).toBe('succeeded')
    const market = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']
    const printed = await assay(folder, 'backtest', 'ma_crossover', ...market, '--json')
    const { result_hash: hash, metrics } = JSON.parse(printed.out) as Record<string, unknown>
    expect(result).toMatchObject({ result_hash: hash, metrics })
  })

  it('that fails says what the command line says', async () => {
    const { id } = await started('/v1/runs', { ...TERMS, params: { fast_maa: 5 } })
    const { state, problem } = await when(id, ended)
    const market = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
    const said = await assay(folder, 'backtest', 'ma_crossover', ...market, '--fast-maa', '5')
    expect(said.code).toBe(2)
    expect(state).toBe('failed')
    expect(problem!.message.length).toBeGreaterThan(10)
    expect(problem!.message).toContain('fast_maa')
    expect(JSON.stringify(problem)).toContain('fast_ma')
  })

  it('tells how far it is, waits behind another, and ends when it is told to', async () => {
    const { id } = await started('/v1/sweeps', LONG)
    const queued = await started('/v1/runs', TERMS)
    const { progress } = await when(id, job => job.progress !== null || ended(job))
    expect(progress!.done).toBeGreaterThan(0)
    expect(await jobOf(queued.id)).toMatchObject({ state: 'queued' })
    const cancel = (job: string) => house.ask('DELETE', `/v1/jobs/${job}`, { key })
    expect((await cancel(queued.id)).json()).toMatchObject({ state: 'cancelled' })
    expect((await cancel(id)).json()).toMatchObject({ state: 'cancelling' })
    expect(await when(id, ended)).toMatchObject({ state: 'cancelled', problem: null })
    expect((await cancel(id)).json()).toMatchObject({ status: 409, code: 'JOB_ENDED' })
    expect(house.desk.jobs.load).toEqual({ queued: 0, running: 0 })
    expect(jobProcesses()).toEqual([])
  })

  it('whose process is killed has failed, and the next one runs', async () => {
    const { id } = await started('/v1/sweeps', LONG)
    await when(id, job => job.progress !== null || ended(job))
    const next = await started('/v1/runs', TERMS)
    for (const pid of jobProcesses()) process.kill(pid, 'SIGKILL')
    const { state, problem } = await when(id, ended)
    expect(state).toBe('failed')
    expect(problem).toMatchObject({ code: 'WORKER_FAILED' })
    expect(problem!.message).toContain('SIGKILL')
    expect(await when(next.id, ended)).toMatchObject({ state: 'succeeded' })
  })

  it('is one, however often the same request comes with the same key', async () => {
    const before = await listed()
    const headers = { 'idempotency-key': 'fifty-at-once' }
    const ask = (body: object) => house.ask('POST', '/v1/validations', { key, headers, body })
    const body = { reference: 'nothing' }
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(body)))
    for (const { statusCode } of answers) expect([202, 409]).toContain(statusCode)
    expect(await listed()).toBe(before + 1)
    const first = answers.find(({ statusCode }) => statusCode === 202)!
    const again = await ask(body)
    expect(again.statusCode).toBe(202)
    expect(again.json()).toEqual(first.json())
    expect(again.headers).toMatchObject({
      location: first.headers.location,
      'idempotent-replayed': 'true',
    })
    expect((await ask({ reference: 'other' })).json()).toMatchObject({
      status: 422,
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
    expect((await ask({ referense: 'x' })).statusCode, 'what does not fit is not kept').toBe(400)
    await when(first.json<Job>().id, ended)
  })
})

describe('jobs of a server', () => {
  it('are refused beyond the bound of the queue, and marked when it ends', async () => {
    const desk = new JobDesk(house.workspace, 0)
    const submit = () => desk.submit({ kind: 'validation', request: { reference: 'x' } }, 'nobody')
    const tried = await Promise.allSettled(Array.from({ length: 110 }, submit))
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(100)
    const refused = tried.find(({ status }) => status === 'rejected') as PromiseRejectedResult
    expect(refused.reason).toMatchObject({ code: 'QUEUE_FULL' })
    expect(desk.load).toEqual({ queued: 100, running: 0 })
    await desk.close()
    const page = await house.ask('GET', '/v1/jobs?limit=100', { key })
    const states = page.json<{ items: Job[] }>().items.map(({ state }) => state)
    expect(new Set(states)).toEqual(new Set(['interrupted']))
  })

  it('that a server left behind are marked by the next one', async () => {
    const jobs = await house.workspace.jobs()
    const left = await new JobDesk(house.workspace, 0).submit(
      { kind: 'validation', request: { reference: 'x' } },
      'nobody',
    )
    await jobs.change(left.jobId, ['queued'], { state: 'running' })
    const servers = await house.workspace.servers()
    const owner = ownerText({ ...newOwner(), boot: 'of another machine' })
    await servers.beat({ serverId: 'elsewhere', owner })
    const theirs = { ...left, jobId: 'of a server that lives', serverId: 'elsewhere' }
    await jobs.create(theirs)
    const next = new JobDesk(house.workspace, 0)
    expect(await next.begin()).toBe(1)
    await next.close()
    expect(await jobOf(theirs.jobId), 'its server lives').toMatchObject({ state: 'queued' })
    await servers.remove(['elsewhere'])
    expect(await jobOf(left.jobId)).toMatchObject({
      state: 'interrupted',
      problem: { code: 'INTERRUPTED' },
    })
  })
})

describe('a server', () => {
  const owner = newOwner()

  it.each([
    ['shows that it lives', ownerText(owner), 0, false],
    ['was silent for too long', ownerText(owner), GONE_AFTER_MS + 1, true],
    [
      'has ended, and its number is that of another process',
      ownerText({ ...owner, start: '1' }),
      0,
      true,
    ],
    [
      'is of a machine that nobody can look into',
      ownerText({ ...owner, boot: 'x' }),
      14_000,
      false,
    ],
    ['is told of by words that nobody knows', 'a server', 0, false],
  ])('that %s', (_, text, silentMs, isGone) => {
    const found = { serverId: 'one', owner: text, silentMs }
    expect(hasGone(found, GONE_AFTER_MS)).toBe(isGone)
  })
})

it('a job that fails for want of room says so in the words of the command line', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
    path: 'outbox/1.json',
  })
  const { message, hint } = problemOfJob(error)
  expect(describeError(error).text).toBe(`error: ${message}\n  ${hint}`)
  expect(message).toContain('no space is left on the disk')
  expect(problemOf(error, 'id').problem).toMatchObject({ status: 507, code: 'DISK', hint })
  expect(problemOfJob(new Error('x'))).toMatchObject({ code: 'INTERNAL' })
})

async function listed(): Promise<number> {
  const page = await house.ask('GET', '/v1/jobs?limit=1000', { key })
  return page.json<{ items: unknown[] }>().items.length
}
