import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Ends the name of a file that is not finished, or that stands for a process. */
const LEFT = /\.[0-9a-f]{12}\.draft$|\.lock\.([0-9a-f]{16}\.(sock|claim)|\d+\.back)$/
/** A draft that nobody has touched for so long was left by a process that was killed. */
const LEFT_MS = 3_600_000

/**
 * A name beside a file, for what becomes that file once it is whole. Drawn, for processes of two
 * containers may have the same number.
 */
export function draftOf(file: string): string {
  return `${file}.${randomBytes(6).toString('hex')}.draft`
}

/**
 * Writes a file beside and renames it: others see the one before, or this one whole. With `lasting`
 * it is there after a power cut too.
 */
export function writeWhole(
  file: string,
  parts: Iterable<string | Uint8Array>,
  { lasting = false } = {},
): void {
  const draft = draftOf(file)
  try {
    const descriptor = openSync(draft, 'wx')
    try {
      for (const part of parts)
        writeAll(descriptor, typeof part === 'string' ? Buffer.from(part) : part)
      if (lasting) fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, file)
    if (lasting) syncFolder(dirname(file))
  } catch (error) {
    removeQuietly(draft)
    throw error
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
}

/** Makes the names in a folder last. Systems that have no such call need none. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (
      !/^(EISDIR|EPERM|EACCES|EINVAL|EBADF|ENOTSUP)$/.test(
        String((error as NodeJS.ErrnoException).code),
      )
    )
      throw error
  }
}

/** Removes a file where that can be done. */
export function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // It is in nobody's way.
  }
}

/** Removes the drafts in a folder that processes left which were killed. */
export function removeLeftDrafts(folder: string): void {
  for (const name of namesIn(folder)) {
    if (!LEFT.test(name)) continue
    const file = join(folder, name)
    const since = statSync(file, { throwIfNoEntry: false })?.mtimeMs
    if (since !== undefined && Date.now() - since > LEFT_MS) removeQuietly(file)
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
