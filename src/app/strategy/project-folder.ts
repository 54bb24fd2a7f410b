import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, sep } from 'node:path'

/** What the folder of a project has in it. */
const MARKS = ['package.json', '.git']

/**
 * The folder below which a strategy file may import, links resolved: the nearest one above it with a
 * `package.json` or a repository, else the working folder where the file lies below it, else its own.
 * The root of the disk and a home folder hold more than a project, and are none.
 */
export function projectFolder(file: string): string {
  const own = dirname(realpathSync(file))
  for (let folder = own; ; folder = dirname(folder)) {
    if (isTooWide(folder)) break
    if (MARKS.some(mark => existsSync(join(folder, mark)))) return folder
  }
  const working = realpathSync('.')
  return isBelow(own, working) && !isTooWide(working) ? working : own
}

function isTooWide(folder: string): boolean {
  return folder === dirname(folder) || folder === homedir()
}

/** Whether a path, links resolved, is a folder or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
