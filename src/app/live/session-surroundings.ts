import type { RunRequest } from '../../backtest/run/record/run-request.js'
import type { Clock } from '../../core/ports/clock.js'
import type { SessionCommit, SessionMode } from '../../core/ports/sessions.js'
import type { StateStore } from '../../core/ports/state.js'
import type { RunnerInput } from '../../live/runner/runner-input.js'
import { StatePublisher } from '../../live/state/publisher.js'
import type { Workspace } from '../workspace/compose.js'
import { watchSettings } from './settings-watch.js'

/** A session as what stands around it needs to know it. */
export interface SurroundedSession {
  readonly sessionId: string
  readonly mode: SessionMode
  readonly request: RunRequest
  readonly feed: string
  readonly promotionId: string | null
}

/** What stands around a session: settings that come in, and its standing, which is shown. */
export interface Surroundings {
  readonly others: readonly AsyncGenerator<readonly RunnerInput[]>[]
  readonly onCommit: (commit: SessionCommit) => void
  /** Takes the standing away, once the session has ended. */
  end(): Promise<void>
}

const SETTINGS_POLL_MS = 1000

/** A session that runs on a promotion follows the settings of its symbol; any other keeps its own. */
export function surroundingsOf(
  workspace: Workspace,
  state: StateStore,
  { sessionId, mode, request, feed, promotionId }: SurroundedSession,
  world: { readonly clock: Clock; readonly signal: AbortSignal },
): Surroundings {
  const { symbol, timeframe } = request
  const strategies = request.strategies.map(({ strategy }) => strategy.name)
  const publisher = new StatePublisher(
    state,
    { sessionId, mode, symbols: [symbol], strategies, timeframe, feed },
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
  let lastEventSeq = -1
  const cache = workspace.home.cache
  return {
    others:
      promotionId === null
        ? []
        : [
            watchSettings(
              state,
              {
                symbol,
                request,
                promotionId,
                cache,
                everyMs: SETTINGS_POLL_MS,
                standing: publisher,
              },
              world,
            ),
          ],
    onCommit: ({ status, events }) => {
      lastEventSeq = events[events.length - 1]?.seq ?? lastEventSeq
      publisher.publish({ status, lastEventSeq })
    },
    end: () => publisher.end(),
  }
}
