import type { Look, SeenSession } from './session-looks.js'

/** What somebody who watches has before them, and is about to do. */
export interface WatchView {
  /** The last look that succeeded; null before the first. */
  readonly look: Look | null
  /** Why the last look failed; null where it did not. */
  readonly trouble: string | null
  /** The session whose details are shown; null for the first. */
  readonly chosen: string | null
  /** What a kill is confirmed by so far; null where none is asked for. */
  readonly kill: { readonly sessionId: string; readonly typed: string } | null
  /** What became of the last command; empty before the first. */
  readonly notice: string
}

export const FIRST_VIEW: WatchView = {
  look: null,
  trouble: null,
  chosen: null,
  kill: null,
  notice: '',
}

/** What a key leads to outside of the page. */
export type WatchAction =
  | { readonly kind: 'quit' }
  | { readonly kind: 'look' }
  | {
      readonly kind: 'command'
      readonly name: 'pause' | 'resume' | 'kill'
      readonly sessionId: string
    }

/** A page after a key, and what the key asks for; null for nothing. */
export interface Pressed {
  readonly view: WatchView
  readonly action: WatchAction | null
}

/** What has to be typed before a session is killed. */
export const KILL_WORD = 'kill'

/** The session whose details are shown; undefined where there is none. */
export function chosenSession({ look, chosen }: WatchView): SeenSession | undefined {
  const sessions = look?.sessions ?? []
  return sessions.find(({ record }) => record.sessionId === chosen) ?? sessions[0]
}

/** What a key does. Every key that does nothing else looks again at once. */
export function press(view: WatchView, key: string): Pressed {
  if (key === 'ctrl-c') return { view, action: { kind: 'quit' } }
  if (view.kill !== null) return confirm(view, view.kill, key)
  const session = chosenSession(view)?.record
  switch (key) {
    case 'q':
      return { view, action: { kind: 'quit' } }
    case 'tab':
    case 'right':
    case 'down':
      return { view: moved(view, 1), action: { kind: 'look' } }
    case 'left':
    case 'up':
      return { view: moved(view, -1), action: { kind: 'look' } }
    case 'p':
    case 'r':
      if (session === undefined) break
      return commanded(view, key === 'p' ? 'pause' : 'resume', session.sessionId)
    case 'k':
      if (session?.state !== 'running') break
      return {
        view: { ...view, notice: '', kill: { sessionId: session.sessionId, typed: '' } },
        action: null,
      }
  }
  return { view, action: { kind: 'look' } }
}

function confirm(view: WatchView, kill: NonNullable<WatchView['kill']>, key: string): Pressed {
  const { sessionId, typed } = kill
  const off = { ...view, kill: null }
  if (key === 'enter') {
    if (typed === KILL_WORD) return commanded(off, 'kill', sessionId)
    return { view: { ...off, notice: 'nothing was killed' }, action: null }
  }
  if (key === 'escape') return { view: { ...off, notice: 'nothing was killed' }, action: null }
  const next = key === 'backspace' ? typed.slice(0, -1) : key.length === 1 ? typed + key : typed
  return { view: { ...view, kill: { sessionId, typed: next.slice(0, 20) } }, action: null }
}

function commanded(view: WatchView, name: 'pause' | 'resume' | 'kill', sessionId: string): Pressed {
  const notice = `${name}: session ${sessionId} is asked`
  return { view: { ...view, notice }, action: { kind: 'command', name, sessionId } }
}

/** The view on the session so many places further, round and round. */
function moved(view: WatchView, places: number): WatchView {
  const sessions = view.look?.sessions ?? []
  const now = chosenSession(view)
  if (now === undefined) return view
  const at = (sessions.indexOf(now) + places + sessions.length) % sessions.length
  return { ...view, chosen: sessions[at]!.record.sessionId, notice: '' }
}
