import type { Millis } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { Clock } from '../../../core/ports/clock.js'
import { systemClock } from '../../../data/sources/clock.js'
import type { Workspace } from '../../workspace/compose.js'
import { nextLine } from '../../output/next-line.js'
import { controlSession } from '../session/session-control.js'
import type { WatchLine } from './session-lines.js'
import { SessionLooks } from './session-looks.js'
import { frameJson, frameText, pageLines, type Size } from './watch-lines.js'
import { FIRST_VIEW, press, type WatchAction, type WatchView } from './watch-view.js'

/** What is between two looks. */
const LOOK_MS = 1000
/** A store that is slow is asked less often: a look may take so much of the time. */
const SHARE_OF_TIME = 4

/** Does something with the store, which it opens and closes. */
export type Reach = <T>(work: (workspace: Workspace) => Promise<T>) => Promise<T>

/** What is drawn on, and typed at. */
export interface Screen {
  size(): Size
  draw(lines: readonly WatchLine[]): void
  /** Keys as they are pressed, until the signal. A window of another size is one too: `resize`. */
  keys(signal: AbortSignal): AsyncIterable<string>
}

/** What surrounds somebody who watches. */
export interface WatchWorld {
  readonly reach: Reach
  readonly clock?: Clock
  readonly signal: AbortSignal
}

/** What is told of a page that somebody has left. */
export const WATCH_LEFT = `sessions go on without their page\n${nextLine('assay status')}`

/** One frame, as text and for programs. @throws AppError as a look */
export async function watchOnce(
  session: string | null,
  { reach, clock = systemClock }: Omit<WatchWorld, 'signal'>,
): Promise<{ readonly text: string; readonly json: object }> {
  const look = await reach(workspace => new SessionLooks(session).look(workspace, clock.now()))
  const view = { ...FIRST_VIEW, look }
  return { text: frameText(view, clock.now()), json: frameJson(view, clock.now()) }
}

/** Frames for programs, one a look, until the signal. @throws AppError UNKNOWN_SESSION */
export async function watchJson(
  session: string | null,
  world: WatchWorld,
  onFrame: (frame: object) => void,
): Promise<void> {
  const { signal, clock = systemClock } = world
  const watched = new Watched(session, world)
  while (!signal.aborted) {
    const spent = await watched.look()
    if (!signal.aborted) onFrame(frameJson(watched.view, clock.now()))
    await clock.sleep(pauseAfter(spent), signal)
  }
}

/** Keeps a page up to date until somebody quits, or the signal. @throws AppError UNKNOWN_SESSION */
export async function watchPage(
  session: string | null,
  screen: Screen,
  world: WatchWorld,
): Promise<void> {
  const { clock = systemClock, signal } = world
  const watched = new Watched(session, world)
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  const draw = (): void => {
    if (!until.aborted) screen.draw(pageLines(watched.view, clock.now(), screen.size()))
  }
  const tick = async (): Promise<void> => {
    while (!until.aborted) {
      draw()
      await clock.sleep(LOOK_MS, until)
    }
  }
  // A key ends the wait for the next look.
  let wake = new AbortController()
  const looks = async (): Promise<void> => {
    while (!until.aborted) {
      wake = new AbortController()
      const spent = await watched.look()
      draw()
      await clock.sleep(pauseAfter(spent), AbortSignal.any([until, wake.signal]))
    }
  }
  const keys = async (): Promise<void> => {
    for await (const key of screen.keys(until)) {
      const { view, action } = press(watched.view, key)
      watched.view = view
      draw()
      if (action?.kind === 'quit') break
      if (action?.kind === 'command') void watched.order(action).finally(() => wake.abort())
      else wake.abort()
    }
  }
  const work = [tick(), looks(), keys()].map(one => one.finally(() => over.abort()))
  // A store that does not answer must not hold up who quits: its look is left alone.
  await Promise.race(work)
}

function pauseAfter(spentMs: Millis): Millis {
  return Math.max(LOOK_MS, spentMs * SHARE_OF_TIME)
}

/** A view, and what keeps it true. */
class Watched {
  view: WatchView = FIRST_VIEW
  private readonly looks: SessionLooks
  private readonly reach: Reach
  private readonly clock: Clock

  constructor(session: string | null, { reach, clock = systemClock }: WatchWorld) {
    this.looks = new SessionLooks(session)
    this.reach = reach
    this.clock = clock
  }

  /**
   * Looks into the store; one that does not answer is told in the view.
   * @returns how long it took
   * @throws AppError UNKNOWN_SESSION
   */
  async look(): Promise<Millis> {
    const { reach, clock } = this
    const begun = clock.monotonic()
    try {
      const look = await reach(workspace => this.looks.look(workspace, clock.now()))
      this.view = { ...this.view, look, trouble: null }
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNKNOWN_SESSION') throw error
      this.view = { ...this.view, trouble: messageOf(error) }
    }
    return clock.monotonic() - begun
  }

  /** Orders something of a session, and tells what became of it. */
  async order({ name, sessionId }: WatchAction & { kind: 'command' }): Promise<void> {
    const { reach, clock } = this
    try {
      await reach(workspace => controlSession(workspace, name, { session: sessionId }, { clock }))
      this.tell(`${name}: session ${sessionId} has taken it`)
    } catch (error) {
      this.tell(`${name}: ${messageOf(error)}`)
    }
  }

  private tell(notice: string): void {
    this.view = { ...this.view, notice }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
