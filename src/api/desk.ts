import { JobDesk } from '../app/jobs/job-desk.js'
import type { Workspace } from '../app/workspace/compose.js'
import type { Desk } from './api.js'
import { KeyRing } from './guard/key-ring.js'
import { EventHub } from './stream/event-hub.js'
import { SseStreams } from './stream/sse-streams.js'

export interface DeskOptions {
  /** Jobs that run at once. */
  readonly jobsMax?: number | undefined
  /** Streams that one key may have open. */
  readonly streamsPerKey?: number | undefined
}

/** What the routes of a server work with. `close` ends the jobs and streams. */
export function openDesk(
  workspace: Workspace,
  { jobsMax, streamsPerKey }: DeskOptions = {},
): Desk & { close(): Promise<void> } {
  const { clock, output } = workspace
  const feed = () => workspace.eventFeed()
  const keyRing = new KeyRing(() => workspace.keys(), clock)
  const jobs = new JobDesk(workspace, jobsMax)
  const hub = new EventHub(feed, clock, error =>
    output.log(`events cannot be read just now: ${(error as Error).message}`),
  )
  const parts = { hub, feed, keyRing, clock }
  const streams = new SseStreams({
    ...parts,
    ...(streamsPerKey !== undefined && { perKey: streamsPerKey }),
  })
  return {
    workspace,
    clock,
    keyRing,
    jobs,
    streams,
    close: async () => {
      streams.close()
      await hub.close()
      await jobs.close()
    },
  }
}
