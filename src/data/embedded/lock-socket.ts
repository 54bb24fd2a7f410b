import { closeSync, openSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { removeQuietly } from '../files/draft.js'

/** The system takes no longer path for a socket. */
const PATH_MAX_BYTES = 100

/** Where the owner of a lock listens. */
export function socketOf(file: string, token: string): string {
  return `${file}.${token}.sock`
}

/**
 * Listens beside a lock for as long as the process lives: the kernel answers who knocks, though the
 * process may be busy or stopped, and stops when the process ends, from whichever container both are.
 * @returns what ends it; undefined where the file system has no sockets
 */
export async function listen(path: string): Promise<(() => void) | undefined> {
  if (process.platform === 'win32') return undefined
  const server = createServer(socket => socket.destroy())
  const isOpen = await atShortPath(path, short => opened(server, short))
  if (isOpen !== true) return undefined
  server.unref()
  return () => {
    server.close()
    removeQuietly(path)
  }
}

function opened(server: Server, path: string): Promise<boolean> {
  return new Promise(done => {
    server.once('error', () => done(false))
    server.listen({ path, exclusive: true }, () => done(true))
  })
}

/** Whether somebody listens there. A queue that is full is somebody's. */
export async function answers(path: string): Promise<boolean> {
  const heard = await atShortPath(
    path,
    short =>
      new Promise<boolean>(done => {
        const socket = connect(short)
        socket.once('connect', () => (socket.destroy(), done(true)))
        socket.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'EAGAIN'))
      }),
  )
  return heard === true
}

/** Goes round the limit of a path through the folder as the process has it open. */
async function atShortPath<T>(
  path: string,
  use: (short: string) => Promise<T>,
): Promise<T | undefined> {
  if (Buffer.byteLength(path) <= PATH_MAX_BYTES) return use(path)
  if (process.platform !== 'linux') return undefined
  const folder = openSync(dirname(path), 'r')
  try {
    return await use(join('/proc/self/fd', String(folder), basename(path)))
  } finally {
    closeSync(folder)
  }
}
