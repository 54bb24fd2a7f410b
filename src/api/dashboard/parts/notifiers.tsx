import type { Notifier, Page } from '../state/resources.js'
import { useLoaded } from './loaded.js'
import { Table } from './table.js'
import { Nothing, Panel, Terminal, Time, Trouble } from './words.js'

/** Whether people are told of what happens, and over which channels. */
export function Notifiers() {
  const found = useLoaded<Page<Notifier>>('/v1/notifiers?limit=200', 5000)
  const rows = found.value?.items ?? []
  return (
    <Panel title="Notifications">
      <Trouble text={found.trouble} />
      {rows.length === 0 ? (
        <Nothing
          what="No session that runs tells anybody of anything. Channels stand in a configuration file, their secrets in the environment:"
          next={<Terminal>assay paper --notify config.json ...</Terminal>}
        />
      ) : (
        <Table
          caption="Channels, and how they fare"
          keyOf={row => `${row.session_id} ${row.channel}`}
          rows={rows}
          columns={[
            { name: 'Channel', cell: row => `${row.channel} (${row.type})` },
            { name: 'Session', cell: row => row.session_id.slice(0, 8) },
            { name: 'State', cell: row => <State of={row} /> },
            { name: 'Last sent', cell: row => <Time at={row.sent_at} /> },
            { name: 'Sent', isFigure: true, cell: row => String(row.sent) },
            { name: 'Waiting', isFigure: true, cell: row => String(row.waiting) },
            { name: 'Lost', isFigure: true, cell: row => String(row.failed) },
            { name: 'Told of', cell: row => row.kinds.join(', ') },
          ]}
        />
      )}
    </Panel>
  )
}

function State({ of: { state, problem } }: { readonly of: Notifier }) {
  if (state === 'fails') return <b class="loss">✗ fails: {problem}</b>
  return <>{state === 'works' ? '✓ works' : 'nothing to tell yet'}</>
}
