import type { Millis } from '../../candles/time.js'

/** A server of the API that has shown a sign of life. */
export interface LivingServer {
  /** Drawn when it started. */
  readonly serverId: string
  /** Its process, as whoever is on the same machine can look for it. */
  readonly owner: string
  /** How long ago it last showed that it lives, by the clock of the database, milliseconds. */
  readonly silentMs: Millis
}

/** The servers of a database, each for as long as it shows that it lives. */
export interface ServerRegister {
  /** Shows that a server lives; one that is not there is entered. */
  beat(server: Pick<LivingServer, 'serverId' | 'owner'>): Promise<void>
  /** All that are there. */
  list(): Promise<readonly LivingServer[]>
  /** Strikes servers out. */
  remove(serverIds: readonly string[]): Promise<void>
}
