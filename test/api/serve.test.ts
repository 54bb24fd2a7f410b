import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, REPOSITORY } from '../cli/assay.js'
import { demoFolder } from '../cli/prepared-home.js'
import { SseReader } from './sse-reader.js'

let folder: string
let server: ChildProcess
let url: string
let key: string
let said = ''

beforeAll(async () => {
  folder = await demoFolder()
  key = String((await assayJson(folder, 'keys', 'create', '--scope', 'research'))['key'])
  server = spawn(process.execPath, [join(REPOSITORY, 'bin/assay.js'), 'serve', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '', REDIS_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  server.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [line] = (await once(server.stdout!.setEncoding('utf8'), 'data')) as [string]
  url = /listening on (http:\S+)/.exec(line)![1]!
}, 120_000)
afterAll(() => {
  server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('assay serve', { shuffle: false }, () => {
  it('does not begin where another one listens, and leaves that one alone', async () => {
    const { port } = new URL(url)
    const second = await assay(folder, 'serve', '--port', port)
    expect(second).toMatchObject({ code: 2, out: '' })
    expect(second.err).toContain(
      `cannot listen on 127.0.0.1:${port}: another program listens there`,
    )
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('ends when it is told to, whoever holds on to it, with its streams closed and its jobs marked', async () => {
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const grid = { fast_ma: '2:120:1', slow_ma: '121:900:1', min_volume: '0:99:1' }
    const body = {
      strategy: 'ma_crossover',
      symbol: 'SYNTH-USDC',
      timeframe: '1h',
      grid,
      max_trials: 1e8,
    }
    const asked = await fetch(`${url}/v1/sweeps`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    const { id } = (await asked.json()) as { id: string }
    let state = ''
    while (state !== 'running') {
      const job = await fetch(`${url}/v1/jobs/${id}`, { headers })
      state = ((await job.json()) as { state: string }).state
    }
    const reader = await SseReader.open({ url: `${url}/v1/events`, key })
    const stalled = await SseReader.open({ url: `${url}/v1/events`, key })
    stalled.response.pause()
    stalled.response.socket.pause()
    // A request whose body never comes.
    const slow = connect(Number(new URL(url).port), '127.0.0.1')
    slow.on('error', () => undefined)
    slow.write(
      `POST /v1/runs HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\n` +
        'content-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    )
    await reader.until(({ messages }) => messages.length > 0)
    server.kill('SIGTERM')
    const [code] = (await once(server, 'exit')) as [number | null]
    expect(code).toBe(0)
    await reader.ended
    expect(reader.messages.at(-1)).toMatchObject({ name: 'bye' })
    slow.destroy()
    stalled.close()
    expect(said).not.toContain(key.split('_').slice(2).join('_'))
    const rows = await assayJson(folder, 'sql', `select state from jobs where job_id = '${id}'`)
    expect(JSON.stringify(rows)).toContain('interrupted')
  })
})
