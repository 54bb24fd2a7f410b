import {
  type Dirent,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { syncFolder } from '../files/draft.js'
import { cacheFolder } from './cache-folder.js'
import { startPglite } from './pglite-client.js'

/**
 * Creating an empty cluster takes PGlite four seconds and 800 MB; unpacking one made earlier takes
 * half a second and no memory to speak of. The build makes one beside the bundle; a checkout makes
 * its own on first use.
 */
const TEMPLATE = 'pglite-template.tar.gz'

/** Creates the folder of an embedded database; whole or not at all. */
export async function createCluster(folder: string): Promise<void> {
  const draft = `${folder}.new-${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  try {
    unpack(gunzipSync(readFileSync(await templateFile())), draft)
    await syncAll(draft)
    renameSync(draft, folder)
    syncFolder(dirname(folder))
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw error
  }
}

/** Files that are written to the disk at once: it takes hardly longer for several than for one. */
const AT_ONCE = 16

/** What the database takes to be on the disk since it was made is there. */
async function syncAll(folder: string): Promise<void> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const pathOf = ({ parentPath, name }: Dirent): string => join(parentPath, name)
  const files = entries.filter(entry => !entry.isDirectory()).map(pathOf)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let file = files.pop(); file !== undefined; file = files.pop()) await syncFile(file)
    }),
  )
  const folders = entries.filter(entry => entry.isDirectory()).map(pathOf)
  for (const inner of [...folders, folder]) syncFolder(inner)
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function templateFile(): Promise<string> {
  const built = fileURLToPath(new URL(TEMPLATE, import.meta.url))
  return existsSync(built) ? built : cachedTemplate()
}

/** The checkout's own template, made where there is none. The build copies it beside the bundle. */
export async function cachedTemplate(): Promise<string> {
  const cached = join(cacheFolder(), TEMPLATE)
  if (!existsSync(cached)) await writeTemplate(cached)
  return cached
}

/** Makes the template with PGlite's own initdb. */
async function writeTemplate(file: string): Promise<void> {
  const scratch = `${file}.cluster-${process.pid}`
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(dirname(file), { recursive: true })
  const client = await startPglite(scratch)
  const tarball = (await client.ask({ kind: 'dump' })) as Uint8Array
  await client.close()
  writeFileSync(`${file}.${process.pid}`, tarball)
  renameSync(`${file}.${process.pid}`, file)
  rmSync(scratch, { recursive: true, force: true })
}

/** Unpacks a tar archive: 512-byte headers, contents padded to 512 bytes. */
function unpack(tar: Buffer, folder: string): void {
  const field = (at: number, length: number): string =>
    tar.toString('latin1', at, at + length).replace(/\0.*$/s, '')
  mkdirSync(folder, { recursive: true })
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const size = parseInt(field(at + 124, 12), 8) || 0
    const path = join(folder, field(at, 100))
    if (field(at + 156, 1) === '5') mkdirSync(path, { recursive: true })
    else {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, tar.subarray(at + 512, at + 512 + size), { mode: 0o600 })
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
}
