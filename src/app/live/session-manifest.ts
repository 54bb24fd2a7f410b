import type { Manifest } from '../../backtest/run/record/manifest.js'
import type { SessionRecord } from '../../core/ports/sessions.js'
import { manifestSchema } from '../records/manifest-schema.js'
import { readStored } from '../records/stored-manifest.js'

/** What a session runs, as it was started. @throws AppError BAD_RECORD where it is damaged */
export function manifestOfSession({
  sessionId,
  manifest,
}: Pick<SessionRecord, 'sessionId' | 'manifest'>): Manifest {
  const whole = { decide_from: null, ...(Object(manifest) as object) }
  return readStored(manifestSchema, whole, `session ${sessionId}`)
}
