import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A PostgreSQL server of a test's own, on a free port of this machine. */
export interface PostgresServer {
  readonly url: string
  /** It stands still, with all its connections. */
  freeze(): void
  thaw(): void
  /** It ends, and its connections with it; its files stay for `start`. */
  end(): Promise<void>
  start(): Promise<void>
  /** It ends for good. */
  stop(): Promise<void>
}

/** Why no server can be started here; undefined where one can. */
export function whyNoPostgres(): string | undefined {
  if (binaries() === undefined) return 'no PostgreSQL binaries in /usr/lib/postgresql/*/bin'
  if (process.getuid?.() === 0 && !existsSync('/usr/bin/setpriv')) return 'root, and no setpriv'
  return undefined
}

/** Where its programs are; undefined where there are none. */
export function binaries(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
  return versions.map(v => join(root, v, 'bin')).find(folder => existsSync(join(folder, 'initdb')))
}

/** Starts a server with an empty database. The server refuses to run as root, so root steps down. */
export async function startPostgres(password = 'secret'): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-postgres-'))
  const port = await freePort()
  const bin = binaries()!
  const asUser = userPrefix(folder)
  const run = (program: string, ...args: string[]): void => {
    const [command, ...rest] = [...asUser, join(bin, program), ...args]
    execFileSync(command!, rest, { stdio: 'pipe', cwd: folder })
  }
  const data = join(folder, 'data')
  run('initdb', '-D', data, '-U', 'assay', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C')
  const settings = [
    '-p',
    String(port),
    '-c',
    `unix_socket_directories=${folder}`,
    '-c',
    'fsync=off',
  ]
  const [command, ...rest] = [...asUser, join(bin, 'postgres'), '-D', data, ...settings]
  const isReady = (): void => run('pg_isready', '-h', '127.0.0.1', '-p', String(port))
  let server: ChildProcess
  let exited: Promise<void>
  const start = async (): Promise<void> => {
    server = spawn(command!, rest, { stdio: 'ignore', cwd: folder })
    exited = new Promise(done => server.once('exit', () => done()))
    await untilReady(isReady)
  }
  const end = async (): Promise<void> => {
    server.kill('SIGINT')
    await exited
  }
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const pid of [server.pid!, ...childrenOf(server.pid!)]) process.kill(pid, signal)
  }
  await start()
  return {
    url: `postgres://assay:${password}@127.0.0.1:${port}/postgres`,
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    end,
    start,
    stop: async () => {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Each connection of a server has a process of its own. */
function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

function userPrefix(folder: string): string[] {
  if (process.getuid?.() !== 0) return []
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString())
  const [uid, gid] = [id('-u'), id('-g')]
  chownSync(folder, uid, gid)
  chmodSync(folder, 0o700)
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
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

async function untilReady(check: () => void): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return check()
    } catch (error) {
      if (attempt === 100) throw error
      await new Promise(done => setTimeout(done, 50))
    }
  }
}
