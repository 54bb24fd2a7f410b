import type { Session } from '../../postgres/session.js'

/** Within a transaction: whoever keeps something of a run waits for another that does. */
export async function lockRun(session: Session, runId: string): Promise<void> {
  await session.query('select pg_advisory_xact_lock(hashtextextended($1::text, 7104926))', [runId])
}
