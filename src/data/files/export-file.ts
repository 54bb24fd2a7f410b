import { createWriteStream, renameSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../core/errors.js'
import { describeDiskError } from './disk-errors.js'
import { draftOf, removeQuietly } from './draft.js'

/**
 * Refuses a path that an export may not be written to, before the work for it is done.
 * @throws AppError FILE_EXISTS
 */
export function refuseExisting(file: string, { overwrite }: { readonly overwrite: boolean }): void {
  const there = statSync(file, { throwIfNoEntry: false })
  if (there === undefined || (overwrite && !there.isDirectory())) return
  const isFolder = there.isDirectory()
  throw new AppError('FILE_EXISTS', `"${file}" ${isFolder ? 'is a folder' : 'exists'}`, {
    hint: isFolder
      ? 'give the path of a file'
      : 'choose another name, or add --force to overwrite it',
    data: { file },
  })
}

/**
 * Writes an export to a file, whole or not at all.
 * @throws AppError FILE_EXISTS, DISK
 */
export async function exportFile(
  pieces: AsyncIterable<string | Uint8Array>,
  file: string,
  options: { readonly overwrite: boolean },
): Promise<void> {
  const draft = draftOf(file)
  try {
    refuseExisting(file, options)
    await pipeline(Readable.from(pieces), createWriteStream(draft))
    renameSync(draft, file)
  } catch (error) {
    removeQuietly(draft)
    throw describeDiskError(error, file) ?? error
  }
}
