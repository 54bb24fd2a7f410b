import { useEffect } from 'preact/hooks'
import { ask } from '../state/client.js'
import { lossOf, number, percent } from '../state/format.js'
import { may } from '../state/live.js'
import { go } from '../state/route.js'
import type { Gate, Job, Page, RunSummary, Sweep, Trial } from '../state/resources.js'
import { Gates } from '../parts/gates.js'
import { Cancel, JobState } from '../parts/job-list.js'
import { useLoaded } from '../parts/loaded.js'
import { ReportFrame } from '../parts/report-frame.js'
import { Table } from '../parts/table.js'
import { Nothing, Panel, Time, Trouble } from '../parts/words.js'
import { metric } from './research.js'

/** A job until it ends; then what came of it. */
export function JobScreen({ id }: { readonly id: string }) {
  const job = useLoaded<Job>(`/v1/jobs/${id}`, 1000)
  const found = job.value
  const place = found === null ? null : placeOf(found)
  useEffect(() => {
    if (place !== null && place[0] !== 'verdict') go(...place)
  }, [place?.join('/')])
  if (found === null)
    return <Nothing what={job.trouble === '' ? 'Asking the server …' : job.trouble} />
  const { kind, created_at: at, request, problem, result } = found
  const page =
    String(result?.['report'] ?? '')
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.html$/, '') ?? ''
  return (
    <Panel title={`${kind} ${id.slice(0, 8)}`} aside={<Cancel job={found} onDone={job.again} />}>
      <p role="status">
        <JobState job={found} />
      </p>
      <p>
        Asked <Time at={at} />:{' '}
        {Object.entries(request)
          .map(
            ([name, value]) =>
              `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
          )
          .join(', ')}
      </p>
      {problem !== null && <Trouble text={`${problem.message}. ${problem.hint}`} />}
      {kind === 'promotion' && result !== null && (
        <>
          <p class={result['verdict'] === 'promoted' ? 'fine' : 'warning'}>
            {result['verdict'] === 'promoted'
              ? `Promoted: ${String(result['promotion_id'])}`
              : 'Refused by its gates.'}
          </p>
          <Gates gates={result['gates'] as readonly Gate[]} />
        </>
      )}
      {place?.[0] === 'verdict' && page !== '' && (
        <ReportFrame name={page} title={`Page of the ${kind}`} />
      )}
    </Panel>
  )
}

/** Where the result of a job is shown; null while there is none. */
function placeOf({ kind, result }: Job): readonly string[] | null {
  if (result === null) return null
  if (kind === 'run') return ['runs', String(result['run_id'])]
  if (kind === 'sweep')
    return [
      'sweeps',
      String((result['sweep'] as Sweep | undefined)?.sweep_id ?? result['sweep_id']),
    ]
  return ['verdict']
}

/** A run: its figures, its page, and what comes next. */
export function RunScreen({ id }: { readonly id: string }) {
  const run = useLoaded<RunSummary>(`/v1/runs/${id}`)
  const found = run.value
  if (found === null)
    return <Nothing what={run.trouble === '' ? 'Asking the server …' : run.trouble} />
  return (
    <Panel
      title={`Run ${found.run_id.slice(0, 8)}: ${found.strategy} ${found.symbol} ${found.timeframe}`}
      aside={
        <span class="buttons">
          <Validate reference={found.run_id} />
          <Promote run={found.run_id} />
        </span>
      }
    >
      {found.warnings.map(text => (
        <p key={text} class="warning">
          ! {text}
        </p>
      ))}
      <ReportFrame name={found.run_id} title="Page of the run" />
    </Panel>
  )
}

function Promote({ run }: { readonly run: string }) {
  const start = async (): Promise<void> => {
    const body = { run, to: 'paper' }
    const job = await ask<Job>('/v1/promotions', { method: 'POST', body })
    go('jobs', job.id)
  }
  return (
    <button type="button" disabled={!may('trade')} onClick={() => void start()}>
      Promote to paper
    </button>
  )
}

function Validate({ reference }: { readonly reference: string }) {
  const start = async (): Promise<void> => {
    const job = await ask<Job>('/v1/validations', { method: 'POST', body: { reference } })
    go('jobs', job.id)
  }
  return (
    <button type="button" disabled={!may('research')} onClick={() => void start()}>
      Is it more than luck?
    </button>
  )
}

/** A sweep: its page with the heat map, and its best sets. */
export function SweepScreen({ id }: { readonly id: string }) {
  const sweep = useLoaded<Sweep>(`/v1/sweeps/${id}`)
  const trials = useLoaded<Page<Trial>>(`/v1/sweeps/${id}/trials?limit=20`)
  const found = sweep.value
  if (found === null)
    return <Nothing what={sweep.trouble === '' ? 'Asking the server …' : sweep.trouble} />
  return (
    <>
      <Panel
        title={`Sweep ${found.sweep_id.slice(0, 8)}: ${found.strategy} ${found.symbol} ${found.timeframe}`}
        aside={<Validate reference={found.sweep_id} />}
      >
        <p>
          {found.trials_total} sets by {found.objective}, {found.status}
          {found.trials_failed > 0 && `, ${found.trials_failed} failed`}
        </p>
        <ReportFrame
          name={`sweep-${found.sweep_id}`}
          title="Page of the sweep, with its heat map"
        />
      </Panel>
      <Panel title="Best sets">
        <Table
          caption="Best sets, best first"
          keyOf={row => String(row.number)}
          rows={trials.value?.items ?? []}
          columns={[
            { name: 'Set', isFigure: true, cell: row => String(row.number) },
            {
              name: 'Parameters',
              cell: row =>
                Object.entries(row.params)
                  .map(([name, value]) => `${name}=${String(value)}`)
                  .join(' '),
            },
            { name: 'Score', isFigure: true, cell: row => number(row.score) },
            { name: 'Return', isFigure: true, cell: row => percent(row.metrics?.['total_return']) },
            {
              name: 'Drawdown',
              isFigure: true,
              cell: row => percent(lossOf(row.metrics?.['max_drawdown'])),
            },
            {
              name: 'Trades',
              isFigure: true,
              cell: row => number(row.metrics?.['trade_count'] ?? row.metrics?.['trades']),
            },
          ]}
        />
      </Panel>
    </>
  )
}

/** Two runs side by side. */
export function Compare({ a, b }: { readonly a: string; readonly b: string }) {
  const [one, other] = [
    useLoaded<RunSummary>(`/v1/runs/${a}`),
    useLoaded<RunSummary>(`/v1/runs/${b}`),
  ]
  if (one.value === null || other.value === null) {
    return (
      <Nothing
        what={
          one.trouble + other.trouble === '' ? 'Asking the server …' : one.trouble + other.trouble
        }
      />
    )
  }
  const [first, second] = [one.value, other.value]
  const names = Object.keys(first.metrics).filter(
    name => metric(first, name) !== null || metric(second, name) !== null,
  )
  return (
    <Panel title={`${a.slice(0, 8)} and ${b.slice(0, 8)}`}>
      <p>
        {first.strategy} {first.symbol} {first.timeframe} beside {second.strategy} {second.symbol}{' '}
        {second.timeframe}
      </p>
      <Table
        caption="Metrics of two runs"
        keyOf={name => name}
        rows={names}
        columns={[
          { name: 'Metric', cell: name => name.replaceAll('_', ' ') },
          { name: a.slice(0, 8), isFigure: true, cell: name => number(metric(first, name)) },
          { name: b.slice(0, 8), isFigure: true, cell: name => number(metric(second, name)) },
          {
            name: 'Change',
            isFigure: true,
            cell: name => number((metric(second, name) ?? NaN) - (metric(first, name) ?? NaN)),
          },
        ]}
      />
    </Panel>
  )
}
