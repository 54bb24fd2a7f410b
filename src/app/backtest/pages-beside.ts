import { existsSync, readdirSync, statSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { writeWholeFile } from '../../report/model/page/page-file.js'
import {
  besideIn,
  relinked,
  type Beside,
  type PageLink,
} from '../../report/model/page/page-links.js'

/** What a page is about: pages of one run, of one sweep, or of one market belong together. */
export interface PageSubject {
  /** What the page is called where others link to it. */
  readonly label: string
  /** Strategy, market and timeframe, which it has in common with other studies. */
  readonly about: string
  /** Whether it compares many runs. Of the runs of a market there may be too many to link back to. */
  readonly isStudy: boolean
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

/** Studies by the beginning of their names; of each kind the newest of a market are linked. */
const STUDIES = [
  ['Sweep', 'sweep-'],
  ['Walk-forward', 'walk-forward-'],
  ['Validation', 'validation-'],
] as const
const STUDIES_MAX = 3
/** Pages that are looked into for what they are about. */
const LOOKED_AT_MAX = 50
/** The part of a page that holds its links. */
const BEGINNING_BYTES = 65_536

/** Pages in the folder of a page that belong to its subject, and those it was linked with before. */
export async function pagesBeside(target: string, subject: PageSubject): Promise<Beside> {
  const { about } = subject
  const before = existsSync(target) ? besideIn(await readFile(target, 'utf8')) : null
  const links = [...ownPages(subject), ...(before?.links ?? []), ...(await studies(target, about))]
  return { about, links: there(target, links) }
}

/** Links the pages that a new page links to back to it. A page that cannot be changed stays as it is. */
export async function linkBack(
  target: string,
  subject: PageSubject,
  { links }: Beside,
): Promise<void> {
  const own = { file: basename(target), label: subject.label }
  const files = (subject.isStudy ? links : there(target, ownPages(subject))).map(link => link.file)
  for (const file of files) {
    const path = join(folderOf(target), file)
    try {
      const page = await readFile(path, 'utf8')
      const known = besideIn(page)
      if (known === null || known.links.some(link => link.file === own.file)) continue
      const text = relinked(page, { ...known, links: there(path, [...known.links, own]) })
      await writeWholeFile(path, add => add(text))
    } catch {
      // The result is written; a link to it is no reason to fail.
    }
  }
}

function ownPages({ runs = [], sweeps = [] }: PageSubject): readonly PageLink[] {
  const named = (
    ids: readonly string[],
    pages: readonly (readonly [string, (id: string) => string])[],
  ): PageLink[] => ids.flatMap(id => pages.map(([label, name]) => ({ label, file: name(id) })))
  return [...named(runs, RUN_PAGES), ...named(sweeps, SWEEP_PAGES)]
}

/** Sweeps, walk-forwards and verdicts of the same strategy, market and timeframe, the newest first. */
async function studies(target: string, about: string): Promise<readonly PageLink[]> {
  const folder = folderOf(target)
  if (about === '' || !existsSync(folder)) return []
  const names = readdirSync(folder).filter(name => name.endsWith('.html'))
  const found: PageLink[] = []
  for (const [label, prefix] of STUDIES) {
    const kind = newestFirst(
      folder,
      names.filter(name => name.startsWith(prefix)),
    )
    let count = 0
    for (const file of kind.slice(0, LOOKED_AT_MAX)) {
      if (count === STUDIES_MAX) break
      if (file === basename(target) || (await aboutOf(join(folder, file))) !== about) continue
      found.push({ file, label })
      count += 1
    }
  }
  return found
}

function newestFirst(folder: string, names: readonly string[]): readonly string[] {
  const times = new Map(
    names.map(name => [
      name,
      statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    ]),
  )
  return [...names].sort((a, b) => times.get(b)! - times.get(a)!)
}

/** What a page is about, from its beginning; null where it does not say. */
async function aboutOf(path: string): Promise<string | null> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING_BYTES))
    return besideIn(buffer.toString('utf8', 0, bytesRead))?.about ?? null
  } finally {
    await file.close()
  }
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
