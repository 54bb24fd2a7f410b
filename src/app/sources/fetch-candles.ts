import { symbolOf } from '../../core/candles/symbols.js'
import { formatTime, timeframeMs } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import { systemClock, type Clock } from '../../data/sources/clock.js'
import type { AskError } from '../../data/sources/fetch/asker.js'
import { fetchCandles } from '../../data/sources/fetch/fetch.js'
import type { FetchReport } from '../../data/sources/fetch/fetch-request.js'
import type { HttpClient } from '../../data/sources/http/http-client.js'
import type { CandleSource } from '../../data/sources/source.js'
import { isOn } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { Progress } from '../output/progress.js'
import type { FetchOptions } from './fetch-options.js'
import { planFetches, type PlannedFetch } from './fetch-plan.js'
import { requireUnpaused } from './pauses.js'
import { withHttp } from './reach.js'

export type { FetchReport } from '../../data/sources/fetch/fetch-request.js'

/** A fetch as it was planned, and what became of it; null where it was not carried out. */
export interface FetchOutcome {
  readonly planned: PlannedFetch
  readonly report: FetchReport | null
}

/**
 * Fetches candles of one symbol after the other, and stores them. What failed or differs is told in
 * the outcomes; `fetchError` makes an error of it.
 * @throws AppError as `planFetches`; SOURCE_PAUSED, FETCH_BUSY before anything is asked
 */
export async function fetchSymbols(
  workspace: Workspace,
  options: FetchOptions,
  clock: Clock = systemClock,
): Promise<readonly FetchOutcome[]> {
  const planned = await planFetches(workspace, options, clock.now())
  if (isOn(options, 'dryRun')) return planned.map(one => ({ planned: one, report: null }))
  return withHttp(options, async http => {
    const outcomes: FetchOutcome[] = []
    for (const one of planned) {
      const report = await carryOut(workspace, one, { options, clock, http })
      outcomes.push({ planned: one, report })
      if (report.stopped !== undefined) break
    }
    return outcomes
  })
}

interface World {
  readonly options: FetchOptions
  readonly clock: Clock
  readonly http: HttpClient
}

async function carryOut(
  workspace: Workspace,
  { key, source, market, entry, reach, plan, coverage }: PlannedFetch,
  { options, clock, http }: World,
): Promise<FetchReport> {
  const fetches = await workspace.fetches()
  await requireUnpaused(workspace, reach.address, clock)
  const name = `${symbolOf(key)} ${key.timeframe}`
  const progress = new Progress(workspace.output, `windows of ${name}`, plan.windows.length)
  const report = await fetches.alone(key, () =>
    fetchCandles(
      {
        ...reach,
        key,
        source,
        market,
        plan,
        coverage,
        base: entry.base.mint,
        timeframeMs: timeframeMs(key.timeframe),
        isReplacing: isOn(options, 'replace'),
      },
      {
        library: workspace.candles,
        http: source.through?.client ?? http,
        clock,
        onPause: (host, pause) => fetches.pause(host, pause),
        onProgress: ({ done, candles }) => progress.show(done, `${candles} new candles`),
        onRemark: message => workspace.output.log(message),
      },
    ),
  )
  progress.end()
  return report
}

/** The first thing that ends a command badly; undefined where all was fetched. */
export function fetchError(outcomes: readonly FetchOutcome[]): AppError | undefined {
  for (const { planned, report } of outcomes) {
    const error = report === null ? undefined : errorOf(planned, report)
    if (error !== undefined) return error
  }
  return undefined
}

function errorOf(planned: PlannedFetch, report: FetchReport): AppError | undefined {
  const { stopped, failures, conflicts } = report
  const name = `${symbolOf(planned.key)} ${planned.key.timeframe}`
  if (stopped !== undefined) return stopError(planned, stopped)
  if (failures.length > 0) {
    const [first] = failures
    return new AppError(
      'FETCH_FAILED',
      `${name}: ${failures.length} windows failed, the first from ${formatTime(first!.since)}: ${first!.reason}`,
      {
        hint: 'the others are stored; the same command asks for these alone',
        data: {
          failures: failures.map(({ since, until, reason }) => ({
            since: formatTime(since),
            until: formatTime(until),
            reason,
          })),
        },
      },
    )
  }
  if (conflicts.length === 0) return undefined
  const [first] = conflicts
  return new AppError(
    'FETCH_CONFLICT',
    `${name}: ${conflicts.length} stored candles are told otherwise by ${planned.source.title} now, the first of ${formatTime(first!.time)}: ${first!.before} stored, ${first!.after ?? 'none'} told`,
    {
      hint: 'they were kept as they are; assay data revisions lists them, --replace takes what the source says',
      data: { conflicts: conflicts.length, first: formatTime(first!.time) },
    },
  )
}

const STORED = 'what was fetched until then is stored; the same command goes on'

/** What was asked of which source, and where. */
interface Stopped {
  readonly source: Pick<CandleSource, 'name' | 'title' | 'key'> &
    Partial<Pick<CandleSource, 'otherAddresses'>>
  readonly market: string
  readonly reach: { readonly address: string }
}

/** What ended all requests to a source, for people. */
export function stopError({ source, market, reach }: Stopped, stopped: AskError): AppError {
  const { why, message } = stopped
  const { host } = new URL(reach.address)
  switch (why) {
    case 'market':
      return new AppError('UNKNOWN_MARKET', `${source.title} has no market ${market}: ${message}`, {
        hint: `put its name right: assay symbols add SYMBOL --at ${source.name}=NAME`,
        data: { source: source.name, market },
      })
    case 'key':
      return new AppError('SOURCE_KEY', `${source.title} refuses the key: ${message}`, {
        hint:
          source.key === null ? 'see whether a proxy asks for one' : `see ${source.key.variable}`,
      })
    case 'blocked':
      return new AppError('SOURCE_BLOCKED', `${host} is ${message}`, { hint: otherWays(source) })
    case 'banned':
      return new AppError('SOURCE_PAUSED', `${host} wants no more requests: ${message}`, {
        hint: `${STORED} after ${formatTime(stopped.until!)}`,
        data: { host, until: formatTime(stopped.until!) },
      })
    case 'away':
      return new AppError('FETCH_FAILED', message, {
        hint: `see whether this machine reaches it, and whether a proxy is needed; ${otherWays(source)}`,
      })
    case 'budget':
    case 'request':
    case 'failed':
    case 'unavailable':
      return new AppError('FETCH_FAILED', `${source.title}: ${message}`, { hint: STORED })
  }
}

function otherWays({ otherAddresses = [] }: Stopped['source']): string {
  const addresses = otherAddresses.map(address => `--source-url ${address}`)
  return `use another source${addresses.length === 0 ? '' : `, or ${addresses.join(', or ')}`}`
}
