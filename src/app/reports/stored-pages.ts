import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.js'
import { formatTime } from '../../core/candles/time.js'
import type { Workspace } from '../workspace/compose.js'

/** A page that was written among the reports of a home. */
export interface StoredPage {
  /** Its file without `.html`: the id of a run, or `sweep-ID`, `walk-forward-ID`, `validate-ID`. */
  readonly name: string
  readonly written_at: string
  readonly bytes: number
}

/** Pages of a home, newest first. */
export async function storedPages({ home }: Pick<Workspace, 'home'>): Promise<StoredPage[]> {
  const files = await readdir(home.reports, { withFileTypes: true }).catch(() => [])
  const pages = files.filter(file => file.isFile() && /^[\w.-]+\.html$/.test(file.name))
  const found = await Promise.all(
    pages.map(async ({ name }) => {
      const { mtimeMs, size } = await stat(join(home.reports, name))
      return { name: name.slice(0, -'.html'.length), mtimeMs, bytes: size }
    }),
  )
  return found
    .sort((a, b) => b.mtimeMs - a.mtimeMs || (a.name < b.name ? -1 : 1))
    .map(({ name, mtimeMs, bytes }) => ({
      name,
      written_at: formatTime(Math.floor(mtimeMs)),
      bytes,
    }))
}

/** A page by its name: one of those that are listed, and no path. @throws AppError UNKNOWN_RUN */
export async function readStoredPage(
  workspace: Pick<Workspace, 'home'>,
  name: string,
): Promise<string> {
  const known = await storedPages(workspace)
  if (!known.some(page => page.name === name)) {
    throw new AppError('UNKNOWN_RUN', `there is no page "${name}"`, {
      hint: 'assay report RUN writes one; GET /v1/reports lists them',
    })
  }
  return readFile(join(workspace.home.reports, `${name}.html`), 'utf8')
}
