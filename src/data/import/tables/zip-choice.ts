import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import type { ZipEntry } from '../../files/zip.js'
import { cleanText } from '../cells/clean-text.js'

const TABLE = /\.(csv|tsv|txt|json|jsonl|ndjson)$/i
/** What archivers of macOS and Windows add. */
const ADDED = /(^|\/)(__MACOSX\/|\.|Thumbs\.db$)/i
const NAMES_SHOWN = 8

/**
 * The file of an archive that is to be read: the one that is named, or the only table in it.
 * @throws AppError IMPORT_UNREADABLE where there is none, IMPORT_AMBIGUOUS where there are several
 */
export function chooseEntry(
  file: string,
  entries: readonly ZipEntry[],
  named: string | undefined,
): ZipEntry {
  if (entries.some(({ name }) => name === 'xl/workbook.xml')) {
    throw unreadable(file, 'is an Excel workbook, not a table of candles', 'save the sheet as CSV')
  }
  const own = entries.filter(({ name }) => !ADDED.test(name))
  if (named !== undefined) return entryNamed(file, own, named)
  const tables = own.filter(({ name }) => TABLE.test(name))
  const found = tables.length > 0 ? tables : own
  if (found.length === 0)
    throw unreadable(file, 'is a ZIP archive without a file', 'download it again')
  if (found.length === 1) return found[0]!
  throw new AppError(
    'IMPORT_AMBIGUOUS',
    `"${file}" is a ZIP archive with ${found.length} files: ${shownNames(found)}`,
    {
      hint: `name the one to read, as in --zip-file ${cleanText(found[0]!.name)}`,
      data: { file, names: found.map(({ name }) => name) },
    },
  )
}

function entryNamed(file: string, entries: readonly ZipEntry[], named: string): ZipEntry {
  const exact = entries.find(({ name }) => name === named)
  const alike = entries.filter(({ name }) => name.endsWith(`/${named}`))
  const found = exact ?? (alike.length === 1 ? alike[0] : undefined)
  if (found !== undefined) return found
  const near = nearestName(
    named,
    entries.map(({ name }) => name),
  )
  throw unreadable(
    file,
    `has no file "${named}"`,
    near === undefined ? `it has ${shownNames(entries)}` : `did you mean ${cleanText(near)}?`,
  )
}

function shownNames(entries: readonly ZipEntry[]): string {
  const names = entries.slice(0, NAMES_SHOWN).map(({ name }) => cleanText(name))
  return entries.length > NAMES_SHOWN ? `${names.join(', ')} ...` : names.join(', ')
}

function unreadable(file: string, what: string, hint: string): AppError {
  return new AppError('IMPORT_UNREADABLE', `"${file}" ${what}`, { hint, data: { file } })
}
