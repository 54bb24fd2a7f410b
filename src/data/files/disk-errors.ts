import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../core/errors.js'

/** What the system's codes mean, and what to do. */
const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['no space is left on the disk', 'free some space and try again'],
  EDQUOT: ['your quota of the disk is used up', 'free some space and try again'],
  EROFS: ['the file system is read-only', 'give a path that you may write to'],
  EACCES: ['permission denied', 'give a path that you may read and write, or change its rights'],
  EPERM: ['permission denied', 'give a path that you may read and write, or change its rights'],
  EIO: ['the disk reports an error', 'see whether the disk is sound, or use another'],
  EISDIR: ['it is a folder, not a file', 'give the path of a file'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'give another path'],
  EEXIST: ['something else of this name exists', 'give another path'],
  ENOENT: ['it does not exist, or cannot be made there', 'give another path'],
  ENOTEMPTY: ['the folder is not empty', 'give another path'],
  ENAMETOOLONG: ['the name is too long', 'give a shorter path'],
  EMFILE: ['too many files are open', 'close other programs, or raise the limit (ulimit -n)'],
  ENFILE: ['too many files are open', 'close other programs, or raise the limit (ulimit -n)'],
  EXDEV: ['it lies on two file systems', 'give a path on one file system'],
  ELOOP: ['its links go round in a circle', 'give another path'],
  EBUSY: ['it is in use', 'close the program that uses it and try again'],
  EFBIG: ['the file is larger than the disk allows', 'use another disk'],
}

/** Calls of the network and of processes, whose codes mean something else. */
const OTHER_CALL = /^(connect|getaddrinfo|listen|bind|spawn|kill|uv_)/

/** Whether a file could not be used for the disk's sake, not for a mistake of ours. */
export function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  return code !== undefined && code in REASONS && !OTHER_CALL.test(syscall ?? '')
}

/**
 * An error of the file system as one that a user can act on; undefined for any other.
 * @param path where the error names none, or not the one that the user knows
 */
export function describeDiskError(error: unknown, path?: string): AppError | undefined {
  if (!isDiskError(error)) return undefined
  const [reason, hint] = REASONS[error.code!]!
  const where = path ?? error.path
  const what = where === undefined ? 'a file' : `"${where}"`
  return new AppError('DISK', `cannot ${verbOf(error.syscall)} ${what}: ${reason}`, {
    hint,
    data: { reason: error.code, ...(where === undefined ? {} : { path: where }) },
    cause: error,
  })
}

function verbOf(call = ''): string {
  if (/^(read|scandir|opendir|f?l?stat|access|readlink)/.test(call)) return 'read'
  if (call === 'open') return 'open'
  return call === 'mkdir' ? 'make' : 'write'
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir never returns where a file system
 * refuses with ENOENT, as /proc does.
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder(folder)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
