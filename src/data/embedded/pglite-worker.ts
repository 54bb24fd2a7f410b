import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { LastingFiles } from './lasting-files.js'

/** What the main thread asks for; answers carry the same `id`. */
export type PgliteRequest =
  | {
      readonly id: number
      readonly kind: 'query'
      readonly sql: string
      readonly params: unknown[]
    }
  | { readonly id: number; readonly kind: 'execute'; readonly sql: string }
  | {
      readonly id: number
      readonly kind: 'copyIn'
      readonly sql: string
      readonly bytes: Uint8Array
    }
  | { readonly id: number; readonly kind: 'copyOut'; readonly sql: string }
  /** Messages of PostgreSQL's protocol, as a client of a shared database sends them. */
  | { readonly id: number; readonly kind: 'protocol'; readonly bytes: Uint8Array }
  | { readonly id: number; readonly kind: 'dump' }
  | { readonly id: number; readonly kind: 'close' }

export interface PgliteAnswer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly message: string; readonly code: string | undefined }
}

/** Types that PGlite would parse; text keeps all digits and suits both databases. */
const PARSED_TYPES = [16, 17, 20, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 1700, 3802]
const asText = (text: string): string => text
const { folder, settings } = workerData as { folder: string; settings: string[] }
const opening = PGlite.create({
  fs: new LastingFiles(folder),
  // The usual ones turn fsync off, which a setting would not turn on again.
  startParams: PGlite.defaultStartParams.filter(param => param !== '-F'),
  postgresqlconf: settings,
  parsers: Object.fromEntries(PARSED_TYPES.map(type => [type, asText])),
})

async function answer(request: PgliteRequest): Promise<unknown> {
  const database = await opening
  switch (request.kind) {
    case 'query':
      return (await database.query(request.sql, request.params)).rows
    case 'execute':
      return void (await database.exec(request.sql))
    case 'copyIn': {
      // Its own name for standard input is a file that holds the bytes given along.
      const sql = request.sql.replace(/from stdin/i, "from '/dev/blob'")
      // PGlite asks a blob for its bytes and nothing else; a real one would hold a second copy of
      // them until some later garbage collection.
      const blob = { arrayBuffer: () => Promise.resolve(request.bytes.buffer) } as unknown as Blob
      return void (await database.query(sql, [], { blob }))
    }
    case 'copyOut': {
      const sql = request.sql.replace(/to stdout/i, "to '/dev/blob'")
      const { blob } = await database.query(sql)
      return blob === undefined ? new Uint8Array() : new Uint8Array(await blob.arrayBuffer())
    }
    case 'protocol':
      return new Uint8Array(await database.execProtocolRaw(request.bytes))
    case 'dump':
      return new Uint8Array(await (await database.dumpDataDir('gzip')).arrayBuffer())
    case 'close':
      return database.close()
  }
}

parentPort!.on('message', (request: PgliteRequest) => {
  const post = (message: PgliteAnswer): void => {
    const { result } = message
    parentPort!.postMessage(
      message,
      result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : [],
    )
  }
  answer(request).then(
    result => post({ id: request.id, result }),
    (error: unknown) => {
      const { message, code } = error as { message?: string; code?: string }
      post({ id: request.id, error: { message: message ?? String(error), code } })
    },
  )
})
