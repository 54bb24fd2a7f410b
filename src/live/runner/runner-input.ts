import type { Millis } from '../../core/candles/time.js'
import type { Input, Session } from '../../core/engine/session.js'
import type { MarketEvent } from '../../core/ports/market/feed.js'
import type { SessionCommand } from '../../core/ports/trading/sessions.js'
import type { SessionEvent } from './session-log.js'

/** What comes to a runner from outside, and when. */
export type RunnerInput = { readonly at: Millis } & (
  | { readonly kind: 'engine'; readonly input: Input }
  | { readonly kind: 'feed'; readonly of: FedMarket; readonly event: MarketEvent }
  /** Something around the session that holds entries back, or does so no more. */
  | {
      readonly kind: 'hold'
      readonly name: string
      readonly isOn: boolean
      readonly reason: string
      /** What it keeps from entering; all of it where it is left out. */
      readonly legs?: HeldLegs
    }
  | { readonly kind: 'say'; readonly event: SessionEvent }
  | { readonly kind: 'settings'; readonly change: SettingsChange }
  | { readonly kind: 'command'; readonly command: SessionCommand }
  | { readonly kind: 'beat' }
)

/** New settings of the legs of a session, which stay the same legs. */
export interface SettingsChange {
  /** Makes the session anew that goes on from a saved one. @throws where it cannot */
  readonly restart: (session: Session) => Session
  /** What is kept of it, so that it can be made again. */
  readonly payload: unknown
  /** Who changed what. */
  readonly event: Readonly<Record<string, unknown>>
}

/** The market of a feed: one that trades, by its index, or one that indicators read. */
export type FedMarket = number | { readonly symbol: string; readonly timeframeMs: Millis }

/** What a hold keeps from entering. */
export interface HeldLegs {
  /** Market of the legs; any where it is left out. */
  readonly symbol?: string
  /** Strategies of the legs; any where they are left out. */
  readonly strategies?: readonly string[]
}
