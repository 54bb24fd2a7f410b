import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, the longest first: one that began last would keep a core waiting. */
export const LONGEST: readonly string[] = [
  'test/cli/sweep.test.ts',
  'test/distributed/queue.test.ts',
  'test/browser/sweep-page.test.ts',
  'test/conformance/import.test.ts',
  'test/data/shared/shared-database.test.ts',
  'test/app/live/live.test.ts',
  'test/cli/fetch.test.ts',
  'test/cli/every-command.test.ts',
  'test/cli/sessions.test.ts',
  'test/browser/dashboard.test.ts',
  'test/live/swaps/killed.test.ts',
  'test/app/strategy/strategy-file.test.ts',
  'test/app/shortfall/replay-live.test.ts',
  'test/browser/portfolio-page.test.ts',
  'test/browser/report.test.ts',
  'test/cli/fetch-trouble.test.ts',
  'test/browser/walk-forward-page.test.ts',
  'test/app/live/runner/state-away.test.ts',
  'test/cli/runs-export.test.ts',
  'test/app/live/runner/feed-session.test.ts',
  'test/cli/watch-prices.test.ts',
  'test/cli/validate.test.ts',
  'test/distributed/sweep-command.test.ts',
  'test/data/store/kill.test.ts',
  'test/api/fuzz.test.ts',
  'test/app/live/runner/database-away.test.ts',
  'test/app/reconcile/reconcile.test.ts',
  'test/conformance/oracle.test.ts',
  'test/cli/cross-validation.test.ts',
  'test/data/candles/candle-library.test.ts',
  'test/cli/backtest.test.ts',
  'test/core/purity.test.ts',
  'test/cli/containers.test.ts',
  'test/cli/data-changed.test.ts',
  'test/cli/sql.test.ts',
  'test/api/streams.test.ts',
  'test/conformance/signals-command.test.ts',
  'test/cli/output.test.ts',
  'test/cli/data.test.ts',
  'test/cli/full-disk.test.ts',
  'test/cli/costs.test.ts',
  'test/live/swaps/defects.test.ts',
  'test/data/sources/source-contract.test.ts',
  'test/cli/walk-forward.test.ts',
]

/** Begins with the longest files; the others follow in an order that the seed of the run draws. */
export class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, sequence } = this.ctx.config
    const place = ({ moduleId, project }: TestSpecification): string => {
      const file = relative(root, moduleId)
      const rank = LONGEST.indexOf(file)
      if (rank >= 0) return `0 ${String(rank).padStart(3, '0')}`
      const drawn = createHash('sha256').update(`${sequence.seed} ${file}`).digest('hex')
      return `${project.config.isolate ? 1 : 2} ${drawn}`
    }
    const places = new Map(files.map(file => [file, place(file)]))
    const compare = (a: TestSpecification, b: TestSpecification): number =>
      places.get(a)! < places.get(b)! ? -1 : 1
    return Promise.resolve([...files].sort(compare))
  }
}
