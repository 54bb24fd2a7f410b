import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import autocannon, { type Measured } from 'autocannon'
import { assay, assayOutput } from './cli-bench.js'

const ASSAY = resolve(import.meta.dirname, '../../bin/assay.js')
const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const SECONDS = 8
const CONNECTIONS = 20
/** What the API is to bear beside its streams. */
const RATE = 2000
const [FEW, MANY] = [10, 500]
/** Candles of the replay a second: some events each. */
const CANDLES_PER_SECOND = 200

/**
 * A server of its own and a paper session over a replay beside it, on loopback: reads of 200 candles as
 * fast as they go with a few streams, and at a fixed rate with many. Clients and server share the
 * machine.
 */
export async function benchApi(): Promise<Record<string, number>> {
  const home = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  await assay(home, 'demo')
  const made = await assayOutput(home, 'keys', 'create', '--scope', 'read', '--json')
  const { key } = JSON.parse(made) as { key: string }
  const server = startAssay(home, 'serve', '--port', '0', '--rate', '1000000', '--streams', '1000')
  const url = await addressOf(server)
  const speed = String(CANDLES_PER_SECOND * 3600)
  const replay = ['--feed', 'replay', '--speed', speed, '--report', 'none']
  const paper = startAssay(home, 'paper', 'ma_crossover', ...MARKET, ...replay)
  const read = (rate?: number): Promise<Measured> =>
    autocannon({
      url: `${url}/v1/candles?symbol=SYNTH-USDC&timeframe=1h&limit=200`,
      headers: { authorization: `Bearer ${key}` },
      connections: CONNECTIONS,
      duration: SECONDS,
      ...(rate !== undefined && { overallRate: rate }),
    })
  try {
    const few = await besideStreams({ url, key, count: FEW }, () => read())
    const many = await besideStreams({ url, key, count: MANY }, () => read(RATE))
    return {
      api_reads_per_s: few.measured.requests.average,
      api_reads_p50_ms: few.measured.latency.p50,
      api_reads_p99_ms: few.measured.latency.p99,
      api_reads_beside_500_streams_per_s: many.measured.requests.average,
      api_reads_beside_500_streams_p50_ms: many.measured.latency.p50,
      api_reads_beside_500_streams_p99_ms: many.measured.latency.p99,
      api_500_streams_events_per_s: many.events / SECONDS,
      api_500_streams_cut: many.cut,
    }
  } finally {
    for (const child of [paper, server]) {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    }
    rmSync(home, { recursive: true, force: true })
  }
}

export function startAssay(home: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [ASSAY, ...args], {
    env: { ...process.env, ASSAY_HOME: home, DATABASE_URL: '', REDIS_URL: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

export async function addressOf(server: ChildProcess): Promise<string> {
  const [line] = (await once(server.stdout!.setEncoding('utf8'), 'data')) as [string]
  return /http:\S+/.exec(line)![0]
}

interface Streamed {
  readonly measured: Measured
  /** Events that all streams together were given. */
  readonly events: number
  /** Streams that the server has ended. */
  readonly cut: number
}

async function besideStreams(
  { url, key, count }: { readonly url: string; readonly key: string; readonly count: number },
  load: () => Promise<Measured>,
): Promise<Streamed> {
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity })
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' }
  let [events, cut] = [0, 0]
  const streams = await Promise.all(
    Array.from({ length: count }, async () => {
      const [stream] = (await once(get(`${url}/v1/events`, { headers, agent }), 'response')) as [
        IncomingMessage,
      ]
      if (stream.statusCode !== 200) throw new Error(`a stream was refused: ${stream.statusCode}`)
      stream.on('data', (chunk: Buffer) => (events += chunk.toString().split('\nid: ').length - 1))
      stream.once('close', () => (cut += 1))
      stream.on('error', () => undefined)
      return stream
    }),
  )
  const measured = await load()
  const seen = { measured, events, cut }
  for (const stream of streams) stream.destroy()
  if (measured.non2xx + measured.errors > 0) throw new Error('some reads were not answered')
  return seen
}
