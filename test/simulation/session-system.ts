import { Session } from '../../src/core/engine/session.js'
import { seenCandles } from '../../src/app/live/session/session-history.js'
import { followSession, takeSession } from '../../src/app/live/runner/follow-session.js'
import { LiveBroker } from '../../src/app/live/runner/live-broker.js'
import { JupiterBroker } from '../../src/live/broker/jupiter-broker.js'

/** All of the product that runs in a simulated process; it can be built with a defect. */
export const sessionSystem = {
  Session,
  JupiterBroker,
  LiveBroker,
  followSession,
  takeSession,
  seenCandles,
}

export type SessionSystem = typeof sessionSystem
