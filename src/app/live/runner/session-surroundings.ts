import type { Millis } from '../../../core/candles/time.js'
import { legShares, type SessionRequest } from '../../../backtest/portfolio/session-request.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { SessionCommit, SessionMode } from '../../../core/ports/trading/sessions.js'
import type { StateStore } from '../../../core/ports/trading/state.js'
import type { AwayWatch } from '../../../live/runner/patient-store.js'
import type { RunnerInput } from '../../../live/runner/runner-input.js'
import { StatePublisher } from '../../../live/state/publisher.js'
import type { Workspace } from '../../workspace/compose.js'
import type { Notifiers } from '../../../live/notifiers/notifiers.js'
import { ChannelReport } from '../../notifications/channel-report.js'
import { noticesOf } from './session-notices.js'
import { watchPromotions } from '../promotion/promotion-watch.js'
import type { SessionPromotion } from '../promotion/session-promotion.js'
import { SETTINGS_POLL_MS, watchSettings } from '../settings/settings-watch.js'

/** A session as what stands around it needs to know it. */
export interface SurroundedSession {
  readonly sessionId: string
  readonly mode: SessionMode
  readonly request: SessionRequest
  readonly feed: string
  readonly promotions: readonly SessionPromotion[]
}

/** What stands around a session: settings that come in, and its standing, which is shown. */
export interface Surroundings {
  readonly others: readonly AsyncGenerator<readonly RunnerInput[]>[]
  readonly onCommit: (commit: SessionCommit) => void
  /** Says at once, to whoever can be reached, that the database is away; it cannot be written down. */
  readonly onAway: AwayWatch
  /** Takes the standing away, and tells that the session has ended, and why. */
  end(reason: string): Promise<void>
}

export interface SurroundingsWorld {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Path of the file that says who is told of it. */
  readonly notify?: string | undefined
  /** How often it is looked at settings; once a second where it is left out. */
  readonly settingsPollMs?: Millis
}

/** A session that runs on a promotion follows the settings of its symbols; any other keeps its own. */
export async function surroundingsOf(
  workspace: Workspace,
  state: StateStore,
  { sessionId, mode, request, feed, promotions }: SurroundedSession,
  { notify, settingsPollMs = SETTINGS_POLL_MS, ...world }: SurroundingsWorld,
): Promise<Surroundings> {
  const { timeframe } = request.runs[0]!
  const legs = legShares(request)
  const symbols = request.runs.map(({ symbol }) => symbol)
  const publisher = new StatePublisher(
    state,
    { sessionId, mode, legs, timeframe, feed },
    {
      now: () => world.clock.now(),
      onAway: error =>
        workspace.output.log(
          error === null
            ? `${state.name} is back`
            : `${state.name} is away, and does not show how the session stands: ${error.message}`,
        ),
    },
  )
  const notifiers = notify === undefined ? null : await openNotifiers(workspace, notify, sessionId)
  const told = { sessionId, mode, symbols }
  let lastEventSeq = -1
  const cache = workspace.home.cache
  return {
    others:
      promotions.length === 0
        ? []
        : [
            watchSettings(
              state,
              { request, promotions, cache, everyMs: settingsPollMs, standing: publisher },
              world,
            ),
            watchPromotions(await workspace.promotions(), promotions, world),
          ],
    onCommit: commit => {
      const { status, events } = commit
      lastEventSeq = events[events.length - 1]?.seq ?? lastEventSeq
      publisher.publish({ status, lastEventSeq })
      if (notifiers === null) return
      for (const notice of noticesOf(told, commit)) notifiers.notify(notice)
    },
    onAway: reason => {
      workspace.output.log(awayText(reason))
      if (reason === null) return
      const time = world.clock.now()
      const away = { kind: 'database.away', payload: { reason } }
      notifiers?.notify({ seq: lastEventSeq, time, session: sessionId, ...away })
    },
    end: async reason => {
      const time = world.clock.now()
      const ended = { kind: 'session.stopped', payload: { reason } }
      notifiers?.notify({ seq: lastEventSeq, time, session: sessionId, ...ended })
      await publisher.end()
      await notifiers?.close()
    },
  }
}

/** What a session says of its database, which it cannot write down now. */
export function awayText(reason: string | null): string {
  return reason === null
    ? 'the database answers again; the session goes on'
    : `the session waits, nothing is ordered: ${reason}`
}

/** Waits for the end of a session, and tells it. */
export async function told<T extends string>(
  { end }: Pick<Surroundings, 'end'>,
  session: Promise<T>,
): Promise<T> {
  try {
    const ended = await session
    await end(ended)
    return ended
  } catch (error) {
    await end(error instanceof Error ? error.message : String(error))
    throw error
  }
}

/** Channels that tell people, and note how they fare. */
async function openNotifiers(
  { environment, output, channelStates }: Workspace,
  path: string,
  sessionId: string,
): Promise<Notifiers> {
  const { readNotifications } = await import('../../notifications/notifications.js')
  const { createNotifiers } = await import('../../../live/notifiers/notifiers.js')
  const log = (text: string): void => output.log(text)
  const notifiers = createNotifiers(await readNotifications(path), { environment, log })
  const report = new ChannelReport(sessionId, () => notifiers.states(), channelStates)
  return {
    ...notifiers,
    close: async withinMs => {
      await notifiers.close(withinMs)
      await report.end()
    },
  }
}
