import type { Millis } from '../../core/candles/time.js'
import type { Session } from '../../core/engine/session.js'
import type { Clock } from '../../core/ports/clock.js'
import type { SessionCommit, SessionRepository } from '../../core/ports/trading/sessions.js'
import type { Broker } from '../../core/trading/venue/broker.js'
import type { LinkHash, LogPlace } from './session-log.js'

/** What a runner is told of its session. */
export interface RunnerTerms {
  readonly sessionId: string
  readonly fence: number
  readonly place: LogPlace
  /** Commits are put together for so long, by a clock that does not run back; 0 commits at once. */
  readonly commitEveryMs: Millis
  /** Whether candles are kept: not where they are stored already. */
  readonly keepsCandles: boolean
  /** A candle that comes later than this after its close is not entered upon. */
  readonly lateMs: Millis
  /** Candles that have come wait for those of other markets for so long; then it goes on without them. */
  readonly waitMs: Millis
  /** Markets that bring candles, with those that indicators read. */
  readonly feeds: number
  /** Whether somebody had paused the session before this runner. */
  readonly isPaused: boolean
}

/** What a runner works with. */
export interface RunnerParts {
  readonly session: Session
  /** Asked until it answers: see PatientStore. */
  readonly store: Pick<SessionRepository, 'commit'>
  readonly clock: Clock
  readonly linkHash: LinkHash
  /** Where orders go; null where they fill from candles. */
  readonly broker: Broker | null
  /** Does what calls strategies, and tells their mistakes. */
  readonly guarded: (work: () => void) => void
  /** Told what was stored, once it is. It must not throw. */
  readonly onCommit: (commit: SessionCommit) => void
}
