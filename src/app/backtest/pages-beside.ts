import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { writeWholeFile } from '../../report/model/page/page-file.js'
import { linksIn, relinked, type PageLink } from '../../report/model/page/page-links.js'

/** What a page is about: pages of one run or one sweep belong together. */
export interface PageSubject {
  /** What the page is called where others link to it. */
  readonly label: string
  /** Ids of the runs and sweeps that it shows. */
  readonly runs?: readonly string[]
  readonly sweeps?: readonly string[]
}

/** The names that pages of a run and of a sweep have among the reports. */
const RUN_PAGES = [
  ['Run', (id: string) => `${id}.html`],
  ['Validation of the run', (id: string) => `validation-${id}.html`],
] as const
const SWEEP_PAGES = [
  ['Sweep', (id: string) => `sweep-${id}.html`],
  ['Walk-forward', (id: string) => `walk-forward-${id}.html`],
  ['Validation of the sweep', (id: string) => `validation-${id}.html`],
] as const

/** Pages in the folder of a page that belong to its subject, and those it was linked with before. */
export async function pagesBeside(
  target: string,
  { runs = [], sweeps = [] }: PageSubject,
): Promise<readonly PageLink[]> {
  const named = (
    ids: readonly string[],
    pages: readonly (readonly [string, (id: string) => string])[],
  ): PageLink[] => ids.flatMap(id => pages.map(([label, name]) => ({ label, file: name(id) })))
  const before = existsSync(target) ? await linksOf(target) : []
  const all = [...named(runs, RUN_PAGES), ...named(sweeps, SWEEP_PAGES), ...before]
  return there(target, all)
}

/** Links the pages that a new page links to back to it. A page that cannot be changed stays as it is. */
export async function linkBack(
  target: string,
  { label }: PageSubject,
  links: readonly PageLink[],
): Promise<void> {
  const own = { file: basename(target), label }
  for (const { file } of links) {
    const path = join(folderOf(target), file)
    try {
      const page = await readFile(path, 'utf8')
      const known = linksIn(page)
      if (known === null || known.some(link => link.file === own.file)) continue
      const text = relinked(page, there(path, [...known, own]))
      await writeWholeFile(path, add => add(text))
    } catch {
      // The result is written; a link to it is no reason to fail.
    }
  }
}

async function linksOf(path: string): Promise<readonly PageLink[]> {
  return linksIn(await readFile(path, 'utf8')) ?? []
}

/** Of these pages those that lie beside a page, each once, without the page itself. */
function there(target: string, links: readonly PageLink[]): readonly PageLink[] {
  const files = new Set([basename(target)])
  return links.filter(({ file }) => {
    if (files.has(file) || file !== basename(file)) return false
    files.add(file)
    return existsSync(join(folderOf(target), file))
  })
}

function folderOf(target: string): string {
  return dirname(resolve(target))
}
