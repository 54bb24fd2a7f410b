import { JobDesk } from '../app/jobs/job-desk.js'
import type { Workspace } from '../app/workspace/compose.js'
import { ENGINE_VERSION } from '../core/version.js'
import type { Desk } from './api.js'
import { KEPT_MS } from './guard/idempotency.js'
import { KeyRing } from './guard/key-ring.js'
import { Tickets } from './guard/tickets.js'
import { ServerMetrics } from './metrics/server-metrics.js'
import { REFRESH_MS, SessionMetrics } from './metrics/session-metrics.js'
import { EventHub } from './stream/event-hub.js'
import { EventStreams } from './stream/event-streams.js'

/** A link is opened by who reads it on the terminal. */
const LINK_MS = 600_000
const HOUR_MS = 3_600_000

export interface DeskOptions {
  /** Jobs that run at once. */
  readonly jobsMax?: number | undefined
  /** Streams that one key may have open. */
  readonly streamsPerKey?: number | undefined
}

/** What the routes of a server work with. */
export interface OpenDesk extends Desk {
  /** Begins to listen to events. @returns how many jobs a server before has left behind */
  begin(): Promise<number>
  /** Ends the jobs and streams. */
  close(): Promise<void>
}

/** Opens what the routes of a server work with. */
export function openDesk(
  workspace: Workspace,
  { jobsMax, streamsPerKey }: DeskOptions = {},
): OpenDesk {
  const { clock, output } = workspace
  const feed = () => workspace.eventFeed()
  const keyRing = new KeyRing(() => workspace.keys(), clock)
  const jobs = new JobDesk(workspace, jobsMax)
  const onTrouble = (error: unknown): void =>
    output.log(`events cannot be read just now: ${(error as Error).message}`)
  const hub = new EventHub(feed, clock, onTrouble)
  const streams = new EventStreams({
    hub,
    feed,
    keyRing,
    clock,
    onTrouble,
    perKey: streamsPerKey,
  })
  const metrics = new ServerMetrics()
  metrics.set('assay_build_info', 1, { version: ENGINE_VERSION, node: process.versions.node })
  const figures = new SessionMetrics(metrics, { workspace, jobs, streams })
  /** Answers that nobody may ask for again. */
  const forgetAnswers = async (): Promise<void> => {
    try {
      await (await workspace.answers()).sweep(clock.now() - KEPT_MS)
    } catch (error) {
      output.log(`old answers cannot be removed just now: ${(error as Error).message}`)
    }
  }
  let hourly: NodeJS.Timeout | undefined
  const timer = setInterval(() => void figures.refresh(), REFRESH_MS)
  return {
    workspace,
    clock,
    keyRing,
    jobs,
    hub,
    streams,
    metrics,
    links: new Tickets(clock, LINK_MS),
    underWay: new Set(),
    begin: async () => {
      await hub.listen(events => figures.note(events))
      await figures.refresh()
      await forgetAnswers()
      hourly = setInterval(() => void forgetAnswers(), HOUR_MS)
      return jobs.begin()
    },
    close: async () => {
      clearInterval(timer)
      clearInterval(hourly)
      await streams.close()
      await hub.close()
      await jobs.close()
    },
  }
}
