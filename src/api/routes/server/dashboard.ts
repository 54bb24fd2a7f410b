import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { PACKAGE_ROOT } from '../../../app/workspace/package-root.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Routes } from '../../api.js'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <title>Assay</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/dashboard/main.css" />
    <script type="module" src="/dashboard/main.js"></script>
  </head>
  <body>
    <div id="app"></div>
    <noscript>This page takes JavaScript.</noscript>
  </body>
</html>
`

/** A file of the page, in the forms in which it is sent. */
interface PageFile {
  readonly type: string
  readonly etag: string
  readonly plain: Buffer
  readonly brotli: Buffer
  readonly gzip: Buffer
}

/** The dashboard: a dozen built files, read once, so that no address becomes a path. */
export const dashboardRoutes: Routes = api => {
  const folder = join(PACKAGE_ROOT, 'dist', 'dashboard')
  const config = { access: { scope: 'open', cost: 0 } } as const
  const schema = { hide: true }
  const page = pageFile('.html', Buffer.from(PAGE))
  api.get('/', { config, schema }, (request, reply) =>
    send(page, request, reply.header('cache-control', 'no-cache')),
  )
  for (const name of readdirSync(folder)) {
    const file = pageFile(extname(name), readFileSync(join(folder, name)))
    // A chunk is named by what it holds.
    const caching = name.startsWith('chunk-') ? 'public, max-age=31536000, immutable' : 'no-cache'
    api.get(`/dashboard/${name}`, { config, schema }, (request, reply) =>
      send(file, request, reply.header('cache-control', caching)),
    )
  }
}

function pageFile(ending: string, plain: Buffer): PageFile {
  return {
    type: TYPES[ending] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('hex').slice(0, 16)}"`,
    plain,
    brotli: brotliCompressSync(plain),
    gzip: gzipSync(plain),
  }
}

function send(file: PageFile, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('etag', file.etag).header('vary', 'accept-encoding').type(file.type)
  if (headers['if-none-match'] === file.etag) return reply.code(304).send()
  const accepted = String(headers['accept-encoding'] ?? '')
  if (/\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(file.brotli)
  if (/\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(file.gzip)
  return reply.send(file.plain)
}
