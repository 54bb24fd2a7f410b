import type { SessionEnd } from '../../../live/runner/run-session.js'
import type { Workspace } from '../../workspace/compose.js'
import { followSession, takeSession } from './follow-session.js'
import {
  beginSession,
  resumeSession,
  type FeedSessionTerms,
  type FeedSessionWorld,
} from './session-opening.js'

/**
 * Runs a session until it is stopped or interrupted. Its beginning and its going on after a crash are
 * one path: what it holds and has seen is loaded, what it has missed is asked for, and it goes on.
 * @throws AppError as the feed does; SESSION_TAKEN, STRATEGY_FAILED
 */
export async function feedSession(
  workspace: Workspace,
  terms: FeedSessionTerms,
  world: FeedSessionWorld,
): Promise<SessionEnd> {
  const { runs } = terms.request
  const request = {
    strategies: runs.flatMap(({ strategies }) => strategies),
    timeframe: runs[0]!.timeframe,
  }
  const followed = { ...terms, request, promotions: terms.promotions.length }
  if (terms.stored === null) {
    return followSession(
      await beginSession(workspace, terms, world),
      { ...followed, fence: 1 },
      world,
    )
  }
  const taken = await takeSession(world.store, terms.sessionId, world.clock.now())
  const opened = await resumeSession(workspace, terms, taken.stored, world)
  return followSession(opened, { ...followed, ...taken }, world)
}
