import { chmodSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import type { ShareLimits } from '../postgres/session.js'
import { type Engine, SharedSession } from './shared-session.js'
import { clearSocketFolder, makeSocketFolder, socketIn } from './socket-place.js'

/** A database that other processes of this user work with. */
export interface Share {
  /** Ends it: what is not done in time is undone. */
  close(): Promise<void>
}

/**
 * Lets other processes of this user work with an engine, over a socket beside its folder that speaks
 * PostgreSQL's protocol (docs/adr/0013-shared-database.md).
 * @param folder of the embedded database
 * @returns undefined where the system has no sockets in folders
 */
export async function share(
  folder: string,
  engine: Engine,
  { idleMs = 10_000, graceMs = 2_000 }: ShareLimits = {},
): Promise<Share | undefined> {
  if (process.platform === 'win32') return undefined
  const sessions = new Set<SharedSession>()
  const server = createServer(socket => {
    const session = new SharedSession(socket.unref(), engine, idleMs)
    sessions.add(session)
    void session.ended.then(() => sessions.delete(session))
  })
  if (!(await listens(server, socketIn(makeSocketFolder(folder))))) return undefined
  return {
    close: async () => {
      server.close()
      clearSocketFolder(folder)
      await endAll(sessions, graceMs)
    },
  }
}

/** A file system without sockets is no reason to stop. */
function listens(server: Server, path: string): Promise<boolean> {
  return new Promise(done => {
    server.once('error', () => done(false))
    server.listen({ path, exclusive: true }, () => {
      chmodSync(path, 0o600)
      server.unref()
      done(true)
    })
  })
}

async function endAll(sessions: ReadonlySet<SharedSession>, graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs
  while ([...sessions].some(({ isBusy }) => isBusy) && performance.now() < deadline) {
    await new Promise(done => setTimeout(done, 20))
  }
  for (const session of sessions) session.end('57P01', 'the process that shared it has ended')
  await Promise.all([...sessions].map(({ ended }) => ended))
}
