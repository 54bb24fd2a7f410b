import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { PACKAGE_ROOT } from '../../app/workspace/package-root.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Routes } from '../api.js'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

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
  for (const name of readdirSync(folder)) {
    const file = pageFile(join(folder, name))
    const path = name === 'index.html' ? '/' : `/dashboard/${name}`
    // A chunk is named by what it holds.
    const caching = name.startsWith('chunk-') ? 'public, max-age=31536000, immutable' : 'no-cache'
    api.get(path, { config, schema }, (request, reply) =>
      send(file, request, reply.header('cache-control', caching)),
    )
  }
}

function pageFile(path: string): PageFile {
  const plain = readFileSync(path)
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
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
