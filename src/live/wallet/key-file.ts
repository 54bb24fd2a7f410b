import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../core/errors.js'

/** Any right of the group or of others. */
const LOOSE = 0o077
/** No key, passphrase or setting is longer. */
const BYTES_MAX = 65_536

/**
 * Reads a file that holds a secret, where nobody else can read or replace it: a file of this user with
 * mode 0600 in a folder of this user with mode 0700, neither of them a link, outside of any repository.
 * @throws AppError KEY_FILE
 */
export function readSecretFile(path: string, bytesMax = BYTES_MAX): string {
  const file = resolve(path)
  requirePrivateFolder(dirname(file))
  const descriptor = opened(file)
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile()) throw refused(file, 'it is no file', 'give the path of a key file')
    requireOwn(file, found, '600')
    if (found.size > bytesMax) throw refused(file, 'it is too large', 'give the path of a key file')
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Asks that a folder is private, no link, and within no repository, where a key would be committed.
 * @throws AppError KEY_FILE
 */
export function requirePrivateFolder(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined)
    throw refused(folder, 'it does not exist', `make it: mkdir -m 700 ${folder}`)
  if (found.isSymbolicLink())
    throw refused(folder, 'it is a symbolic link', 'give the path that it leads to')
  if (!found.isDirectory()) throw refused(folder, 'it is no folder', 'give the path of a folder')
  requireOwn(folder, found, '700')
  for (let above = realpathSync(folder); ; above = dirname(above)) {
    if (lstatSync(join(above, '.git'), { throwIfNoEntry: false }) !== undefined) {
      throw refused(
        folder,
        `it lies in the repository "${above}"`,
        'keep keys outside of repositories, for example in ~/.config/assay',
      )
    }
    if (above === dirname(above)) return
  }
}

/** Asks nothing of a link but refuses it: between a look and a read it could lead elsewhere. */
function opened(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ELOOP')
      throw refused(file, 'it is a symbolic link', 'give the path that it leads to')
    if (code === 'ENOENT')
      throw refused(file, 'it does not exist', 'make one: assay wallet create PATH')
    throw refused(file, `it cannot be read (${code})`, 'see that you may read it')
  }
}

function requireOwn(
  path: string,
  { mode, uid }: { readonly mode: number; readonly uid: number },
  wanted: string,
): void {
  const user = process.getuid?.()
  if (user === undefined) return
  if (uid !== user) throw refused(path, 'it belongs to another user', 'take a copy of your own')
  if ((mode & LOOSE) === 0) return
  const rights = (mode & 0o777).toString(8)
  throw refused(path, `others may use it (mode ${rights})`, `chmod ${wanted} ${path}`)
}

function refused(path: string, reason: string, hint: string): AppError {
  return new AppError('KEY_FILE', `"${path}" is not used: ${reason}`, { hint, data: { path } })
}
