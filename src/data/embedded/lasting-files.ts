import { fsyncSync } from 'node:fs'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { syncFolder } from '../files/draft.js'

/** What PGlite's file system has of a file that it has open. */
interface Stream {
  readonly nfd?: number
  readonly node: unknown
}

interface NodeFiles {
  readonly stream_ops: { fsync?: (stream: Stream) => number }
  realPath(node: unknown): string
}

/**
 * The files of an embedded database, written to the disk where PostgreSQL asks for it. PGlite's own
 * take its word: a power cut could then damage a database that had said it was stored.
 */
export class LastingFiles extends NodeFS {
  override async init(
    ...given: Parameters<NodeFS['init']>
  ): Promise<Awaited<ReturnType<NodeFS['init']>>> {
    const { emscriptenOpts } = await super.init(...given)
    const patch = (module: unknown): void => writeThrough((module as { NODEFS: NodeFiles }).NODEFS)
    const preRun = [...((emscriptenOpts.preRun as (() => void)[] | undefined) ?? []), patch]
    return { emscriptenOpts: { ...emscriptenOpts, preRun } }
  }
}

function writeThrough(files: NodeFiles): void {
  files.stream_ops.fsync = ({ nfd, node }) => {
    if (nfd !== undefined) fsyncSync(nfd)
    else syncFolder(files.realPath(node))
    return 0
  }
}
