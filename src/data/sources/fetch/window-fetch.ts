import { bucketOpen } from '../../../core/candles/resample.js'
import type { Millis } from '../../../core/candles/time.js'
import { checkPage } from '../reading/page-check.js'
import type { CandleSource, PageRequest, SourceCandle } from '../source.js'
import type { Asker } from './asker.js'
import type { SourceTime } from './source-time.js'

/** What a window of time holds, by the word of the source. */
export interface WindowAnswer {
  readonly candles: readonly SourceCandle[]
  /** The end of what can be closed, or of the window. */
  readonly until: Millis
  readonly sourceTime: Millis
  readonly notes: Readonly<Record<string, number>>
}

export interface WindowAsked {
  readonly source: CandleSource
  readonly asker: Asker
  readonly time: SourceTime
}

/**
 * All candles of a window. Where an answer leaves out an end of it, that end is asked again: a page
 * may be shorter than it was asked to be.
 * @throws AskError
 */
export async function fetchWindow(from: WindowAsked, asked: PageRequest): Promise<WindowAnswer> {
  const first = await fetchPage(from, asked)
  let { candles, notes } = first
  for (const edge of ['late', 'early'] as const) {
    for (;;) {
      const rest = restOf(edge, candles, { ...asked, until: Math.min(asked.until, first.until) })
      if (rest === undefined) break
      const more = await fetchPage(from, rest)
      notes = added(notes, more.notes)
      if (more.candles.length === 0) break
      candles = edge === 'late' ? [...candles, ...more.candles] : [...more.candles, ...candles]
    }
  }
  return { ...first, candles, notes }
}

/** What an answer does not reach at an end; all or nothing of a window is an answer. */
function restOf(
  edge: 'late' | 'early',
  candles: readonly SourceCandle[],
  asked: PageRequest,
): PageRequest | undefined {
  if (candles.length === 0) return undefined
  const late = candles[candles.length - 1]!.time + asked.timeframeMs
  const early = candles[0]!.time
  const rest = edge === 'late' ? { ...asked, since: late } : { ...asked, until: early }
  return rest.until - rest.since < asked.timeframeMs ? undefined : rest
}

async function fetchPage(
  { source, asker, time }: WindowAsked,
  asked: PageRequest,
): Promise<WindowAnswer> {
  const { path, headers } = source.request(asked)
  return asker.ask({
    path,
    ...(headers && { headers }),
    judge: answer => source.judge(answer),
    load: source.load === undefined ? undefined : answer => source.load!(answer),
    read: answer => {
      const page = source.read(answer, asked)
      const sourceTime = time.of(answer, page.sourceTime)
      const checked = checkPage(page.candles, asked, { source, sourceNow: sourceTime })
      const closed = bucketOpen(sourceTime - source.graceMs, asked.timeframeMs)
      const until = Math.min(asked.until, closed)
      return { ...checked, until, sourceTime }
    },
  })
}

function added(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...a }
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count
  return sum
}
