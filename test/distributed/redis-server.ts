import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Redis server of a test's own, on a free port of this machine. It stores nothing on disk. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Kills it, and starts another on the same port, which knows nothing. */
  restart(): Promise<void>
  /** It holds its connections and answers nothing. */
  freeze(): void
  /** It answers again. */
  thaw(): void
  stop(): Promise<void>
}

/** Why no server can be started here; undefined where one can. */
export function whyNoRedis(): string | undefined {
  return spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'no redis-server'
}

export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-redis-'))
  const port = await freePort()
  let server = await start(port, folder)
  const end = async (): Promise<void> => {
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    restart: async () => {
      await end()
      server = await start(port, folder)
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop: async () => {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function start(port: number, folder: string): Promise<ChildProcess> {
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const server = spawn('redis-server', ['--port', String(port), ...settings], { stdio: 'ignore' })
  for (let attempt = 0; !(await answers(port)); attempt++) {
    if (attempt === 100) throw new Error(`redis-server does not answer on port ${port}`)
    await new Promise(done => setTimeout(done, 50))
  }
  return server
}

function answers(port: number): Promise<boolean> {
  return new Promise(done => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', data => {
      socket.destroy()
      done(data.toString().startsWith('+PONG'))
    })
    socket.once('error', () => done(false))
  })
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' ? address!.port : 0))
    })
  })
}
