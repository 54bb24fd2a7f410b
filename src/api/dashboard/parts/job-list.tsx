import { ask, wordsOf } from '../state/client.js'
import { may } from '../state/live.js'
import type { Job, Page } from '../state/resources.js'
import { useLoaded } from './loaded.js'
import { Table } from './table.js'
import { Nothing, Time, Trouble } from './words.js'

/** Jobs, newest first, as they go. */
export function JobList() {
  const jobs = useLoaded<Page<Job>>('/v1/jobs?limit=20', 1500)
  const rows = jobs.value?.items ?? []
  if (rows.length === 0) return <Nothing what="No job was started yet." />
  return (
    <>
      <Trouble text={jobs.trouble} />
      <Table
        caption="Jobs, newest first"
        keyOf={row => row.id}
        rows={rows}
        columns={[
          { name: 'Job', cell: row => <a href={`#/jobs/${row.id}`}>{row.id.slice(0, 8)}</a> },
          { name: 'Kind', cell: row => row.kind },
          { name: 'Asked', cell: row => <Time at={row.created_at} /> },
          { name: 'State', cell: row => <JobState job={row} /> },
          { name: 'Do', cell: row => <Cancel job={row} onDone={jobs.again} /> },
        ]}
      />
    </>
  )
}

/** How far a job is. */
export function JobState({ job: { state, progress, problem } }: { readonly job: Job }) {
  if (state === 'running' && progress?.total) {
    return (
      <>
        <progress value={progress.done} max={progress.total} aria-label="how far it is" />{' '}
        {progress.done} of {progress.total} {progress.unit}
      </>
    )
  }
  return <>{problem === null ? state : `${state}: ${problem.message}`}</>
}

/** A button that cancels a job which has not ended. */
export function Cancel({ job, onDone }: { readonly job: Job; readonly onDone: () => void }) {
  if (!['queued', 'running'].includes(job.state) || !may('research')) return null
  const cancel = async (): Promise<void> => {
    await ask(`/v1/jobs/${job.id}`, { method: 'DELETE' }).catch((error: unknown) =>
      alert(wordsOf(error)),
    )
    onDone()
  }
  return (
    <button type="button" onClick={() => void cancel()}>
      Cancel
    </button>
  )
}
