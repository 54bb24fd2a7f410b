import { useState } from 'preact/hooks'
import { lossOf, money, percent } from '../state/format.js'
import { go } from '../state/route.js'
import type { DataSet, Page, RunSummary, Strategy, Sweep } from '../state/resources.js'
import { JobList } from '../parts/job-list.js'
import { useLoaded } from '../parts/loaded.js'
import { Table } from '../parts/table.js'
import { Nothing, Panel, Terminal, Time, Trouble } from '../parts/words.js'
import { StartForm } from '../parts/forms/start-form.js'

/** Starts runs and sweeps, and lists what came of them. */
export function Research() {
  const strategies = useLoaded<Page<Strategy>>('/v1/strategies?limit=200')
  const sets = useLoaded<Page<DataSet>>('/v1/data-sets?limit=500')
  if (strategies.value === null || sets.value === null) {
    return <Nothing what={strategies.trouble === '' ? 'Asking the server …' : strategies.trouble} />
  }
  if (sets.value.items.length === 0) {
    return (
      <Nothing
        what="There are no candles to run anything over."
        next={<Terminal>assay data fetch SOL-USDC --timeframe 1h --since 2024-01-01</Terminal>}
      />
    )
  }
  return (
    <>
      <StartForm strategies={strategies.value.items} sets={sets.value.items} />
      <Panel title="Jobs">
        <JobList />
      </Panel>
      <Runs />
      <Sweeps />
    </>
  )
}

function Runs() {
  const runs = useLoaded<Page<RunSummary>>('/v1/runs?limit=50', 10_000)
  const [picked, setPicked] = useState<readonly string[]>([])
  const rows = runs.value?.items ?? []
  const toggle = (id: string): void =>
    setPicked(picked.includes(id) ? picked.filter(one => one !== id) : [...picked, id].slice(-2))
  return (
    <Panel
      title="Runs"
      aside={
        <button
          type="button"
          disabled={picked.length !== 2}
          onClick={() => go('compare', ...picked)}
        >
          Compare two
        </button>
      }
    >
      <Trouble text={runs.trouble} />
      {rows.length === 0 ? (
        <Nothing what="No run is stored yet." />
      ) : (
        <Table
          caption="Runs, newest first"
          keyOf={row => row.run_id}
          rows={rows}
          columns={[
            {
              name: 'Pick',
              cell: row => (
                <input
                  type="checkbox"
                  aria-label={`pick run ${row.run_id.slice(0, 8)}`}
                  checked={picked.includes(row.run_id)}
                  onChange={() => toggle(row.run_id)}
                />
              ),
            },
            {
              name: 'Run',
              cell: row => <a href={`#/runs/${row.run_id}`}>{row.run_id.slice(0, 8)}</a>,
            },
            { name: 'Made', cell: row => <Time at={row.created_at} /> },
            { name: 'Of', cell: row => `${row.strategy} ${row.symbol} ${row.timeframe}` },
            { name: 'Return', isFigure: true, cell: row => percent(metric(row, 'total_return')) },
            { name: 'Sharpe', isFigure: true, cell: row => money(metric(row, 'sharpe')) },
            {
              name: 'Drawdown',
              isFigure: true,
              cell: row => percent(lossOf(metric(row, 'max_drawdown'))),
            },
          ]}
        />
      )}
    </Panel>
  )
}

export function metric({ metrics }: Pick<RunSummary, 'metrics'>, name: string): number | null {
  const value = metrics[name]
  return typeof value === 'number' ? value : null
}

function Sweeps() {
  const sweeps = useLoaded<Page<Sweep>>('/v1/sweeps?limit=50', 10_000)
  const rows = sweeps.value?.items ?? []
  return (
    <Panel title="Sweeps">
      <Trouble text={sweeps.trouble} />
      {rows.length === 0 ? (
        <Nothing what="No sweep is stored yet." />
      ) : (
        <Table
          caption="Sweeps, newest first"
          keyOf={row => row.sweep_id}
          rows={rows}
          columns={[
            {
              name: 'Sweep',
              cell: row => <a href={`#/sweeps/${row.sweep_id}`}>{row.sweep_id.slice(0, 8)}</a>,
            },
            { name: 'Made', cell: row => <Time at={row.created_at} /> },
            { name: 'Of', cell: row => `${row.strategy} ${row.symbol} ${row.timeframe}` },
            { name: 'Judged by', cell: row => row.objective },
            { name: 'Sets', isFigure: true, cell: row => String(row.trials_total) },
            { name: 'State', cell: row => row.status },
          ]}
        />
      )}
    </Panel>
  )
}
