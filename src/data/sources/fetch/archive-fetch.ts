import { createHash } from 'node:crypto'
import { AppError } from '../../../core/errors.js'
import { readZip } from '../../files/zip.js'
import type { Answer } from '../http/http-client.js'
import { judgeHttp } from '../http/verdicts.js'
import { checkPage } from '../reading/page-check.js'
import { PageError, type ArchiveFile, type ArchiveFiles, type PageRequest } from '../source.js'
import type { SourceCandle } from '../source.js'
import { AskError, type Asker } from './asker.js'
import { fetchWindow, type WindowAsked } from './window-fetch.js'

/** The candles of a file, or why they have to be asked for in another way. */
export type ArchiveAnswer =
  | {
      readonly candles: readonly SourceCandle[]
      readonly notes: Readonly<Record<string, number>>
      readonly checksum: 'verified' | 'unverified'
      readonly etag: string | null
    }
  | { readonly instead: string }

export interface ArchiveAsked extends WindowAsked {
  readonly files: ArchiveFiles
  /** Asks the host of the files. */
  readonly shelf: Asker
}

/** A file that is larger than this many times its archive is no list of candles. */
const RATIO_MAX = 100
const TRIES = 2

/**
 * A file of a day or a month, if its checksum is right. One without a checksum is believed where a
 * page of it is what the source answers.
 * @throws AskError
 */
export async function fetchArchive(
  from: ArchiveAsked,
  asked: PageRequest,
  kind: ArchiveFile['kind'],
): Promise<ArchiveAnswer> {
  const path = from.files.path({ ...asked, kind })
  for (let tries = 1; ; tries++) {
    const sum = await checksumOf(from, path)
    const file = await found(from.shelf, path)
    if (file === undefined) return { instead: 'not published' }
    const isRight = sum === undefined || sum === sha256(file.body)
    if (!isRight && tries < TRIES) continue
    if (!isRight) return { instead: 'wrong checksum' }
    try {
      const page = read(from, asked, file.body)
      const etag = file.headers['etag'] ?? null
      if (sum !== undefined) return { ...page, checksum: 'verified', etag }
      if (await agrees(from, asked, page.candles)) return { ...page, checksum: 'unverified', etag }
      return { instead: 'no checksum, and other candles than answers have' }
    } catch (error) {
      if (!(error instanceof PageError)) throw error
      if (tries === TRIES) return { instead: error.message }
    }
  }
}

async function checksumOf({ files, shelf }: ArchiveAsked, path: string) {
  const answer = await found(shelf, `${path}.CHECKSUM`)
  return answer && files.checksum(answer.body.toString('utf8'))
}

/** @returns undefined where there is no such file */
async function found(shelf: Asker, path: string): Promise<Answer | undefined> {
  return shelf.ask<Answer | undefined>({
    path,
    judge: answer => (answer.status === 404 ? { kind: 'answered' } : judgeHttp(answer)),
    read: answer => (answer.status === 404 ? undefined : answer),
  })
}

function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}

function read(from: ArchiveAsked, asked: PageRequest, body: Buffer) {
  const csv = unpacked(body)
  return checkPage(from.files.read(csv), asked, {
    source: from.source,
    sourceNow: from.time.now(),
  })
}

/** @throws PageError for whatever is no archive of one file */
function unpacked(body: Buffer): string {
  try {
    const entries = readZip(body, 'the archive')
    if (entries.length !== 1) throw new PageError(`an archive of ${entries.length} files`)
    if (entries[0]!.size > body.length * RATIO_MAX) throw new PageError('an archive that bursts')
    return entries[0]!.read().toString('utf8')
  } catch (error) {
    if (error instanceof AppError) throw new PageError(error.message)
    throw error
  }
}

/** Whether the first page of a file is what the source answers for it. */
async function agrees(
  from: ArchiveAsked,
  asked: PageRequest,
  candles: readonly SourceCandle[],
): Promise<boolean> {
  const length = from.source.page * asked.timeframeMs
  const sample = { ...asked, until: Math.min(asked.until, asked.since + length) }
  try {
    const answer = await fetchWindow(from, sample)
    const own = candles.filter(({ time }) => time < sample.until)
    return valuesOf(own) === valuesOf(answer.candles)
  } catch (error) {
    if (error instanceof AskError && error.why === 'failed') return false
    throw error
  }
}

/** As numbers: files and answers may write zeros differently. */
function valuesOf(candles: readonly SourceCandle[]): string {
  const texts = candles.map(({ time, open, high, low, close, volume }) =>
    [time, open, high, low, close, volume].map(Number).join(' '),
  )
  return texts.join('\n')
}
