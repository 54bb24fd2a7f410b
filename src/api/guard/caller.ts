import type { Scope } from '../../core/ports/server/keys.js'

/** Who calls: the key that is held. */
export interface Caller {
  readonly keyId: string
  readonly name: string
  readonly scope: Scope
}
