import { firstBrokenLink } from '../../../backtest/run/record/event-log.js'
import { AppError } from '../../../core/errors.js'
import type { EventRecord } from '../../../core/ports/research/events.js'
import type { RunRecord } from '../../../core/ports/research/runs.js'
import type { Workspace } from '../../workspace/compose.js'

/** The events of a run, and the first whose hash does not follow from the one before; null for none. */
export async function storedEvents(
  workspace: Workspace,
  runId: string,
): Promise<{ readonly records: readonly EventRecord[]; readonly broken: number | null }> {
  const records: EventRecord[] = []
  for await (const page of (await workspace.events()).read(runId)) records.push(...page)
  if (records.length > 0) return { records, broken: firstBrokenLink(records) }
  throw new AppError('UNKNOWN_RUN', `run ${runId} has no stored events`, {
    hint: 'run it again as assay backtest ... --events; portfolios keep none',
  })
}

/** Events that were changed since they were stored. */
export function brokenChain({ runId }: Pick<RunRecord, 'runId'>, broken: number): AppError {
  return new AppError(
    'CHECK_FAILED',
    `the events of run ${runId} were changed: the chain breaks at event ${broken}`,
    { hint: 'run it again with --events to write them anew' },
  )
}
