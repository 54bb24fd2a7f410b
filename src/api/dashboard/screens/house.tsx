import { useEffect, useState } from 'preact/hooks'
import { ask, signOut, wordsOf } from '../state/client.js'
import { age } from '../state/format.js'
import { may, me } from '../state/live.js'
import type { ApiKey, AuditEntry, Page } from '../state/resources.js'
import { Notifiers } from '../parts/notifiers.js'
import { useLoaded } from '../parts/loaded.js'
import { Table } from '../parts/table.js'
import { Nothing, Panel, Time, Trouble } from '../parts/words.js'
import { clockShift } from '../state/client.js'

/** The server tells its time in whole seconds: less than two says nothing. */
const CLOCK_MS = 2000
/** Acts that are shown. */
const ACTS = 100

function clockText(shift: number): string {
  if (Math.abs(shift) < CLOCK_MS) return ''
  return `This machine’s clock is ${age(Math.abs(shift))} ${shift < 0 ? 'ahead' : 'behind'}.`
}

/** The server, the keys, and who did what. */
export function House() {
  const ready = useLoaded<{ status: string; store: string; state: string }>('/ready', 5000)
  return (
    <>
      <Panel title="Server">
        <Trouble text={ready.trouble} />
        <p>
          {ready.value === null
            ? 'Not known yet'
            : `Ready: ${ready.value.store}; shared state in ${ready.value.state}.`}{' '}
          Version {me.value?.version ?? '–'}. {clockText(clockShift.value)}
        </p>
        <p>
          Key {me.value?.name ?? '–'} ({me.value?.scope ?? '–'}).{' '}
          <button type="button" onClick={() => signOut()}>
            Forget the key
          </button>{' '}
          <a href="/docs">The API</a>
        </p>
      </Panel>
      <Notifiers />
      {may('admin') ? (
        <>
          <Keys />
          <Audit />
        </>
      ) : (
        <Nothing what="Keys and the audit log take a key of scope admin." />
      )}
    </>
  )
}

function Keys() {
  const keys = useLoaded<Page<ApiKey>>('/v1/keys?limit=200')
  const [trouble, setTrouble] = useState('')
  const revoke = async (id: string): Promise<void> => {
    if (!confirm(`Take key ${id} back? Whoever uses it is shut out at once.`)) return
    await ask(`/v1/keys/${id}`, { method: 'DELETE' }).catch((error: unknown) =>
      setTrouble(wordsOf(error)),
    )
    keys.again()
  }
  return (
    <Panel title="Keys">
      <Trouble text={trouble} />
      <Table
        caption="Keys, newest first"
        keyOf={row => row.id}
        rows={keys.value?.items ?? []}
        columns={[
          { name: 'Key', cell: row => row.id },
          { name: 'Name', cell: row => row.name },
          { name: 'Scope', cell: row => row.scope },
          { name: 'State', cell: row => row.state },
          { name: 'Expires', cell: row => <Time at={row.expires_at} /> },
          { name: 'Last used', cell: row => <Time at={row.used_at} /> },
          {
            name: 'Do',
            cell: row =>
              row.state === 'valid' && (
                <button type="button" onClick={() => void revoke(row.id)}>
                  Revoke
                </button>
              ),
          },
        ]}
      />
    </Panel>
  )
}

function Audit() {
  const { rows, trouble } = useNewestActs()
  return (
    <Panel title="Who did what">
      <Trouble text={trouble} />
      <Table
        caption="Audit log, newest first"
        keyOf={row => String(row.seq)}
        rows={rows}
        columns={[
          { name: 'When', cell: row => <Time at={row.time} /> },
          { name: 'What', cell: row => row.type },
          { name: 'Who', cell: row => String(row.payload['actor'] ?? '–') },
          { name: 'Of', cell: row => actText(row.payload) },
        ]}
      />
    </Panel>
  )
}

/** What an act was of, in the words of its payload: a command and its session, a symbol, a key. */
function actText({ command, ...said }: AuditEntry['payload']): string {
  const { name } = Object(command) as { readonly name?: string }
  const named = ['symbol', 'kind', 'key_id', 'promotion_id', 'session_id', 'note']
  const rest = named.map(field => said[field]).filter(one => typeof one === 'string' && one !== '')
  return [name, ...rest].filter(one => one !== undefined).join(' ') || '–'
}

/** The last acts, the newest first: the log is read from its beginning, a page after the other. */
function useNewestActs(): { readonly rows: readonly AuditEntry[]; readonly trouble: string } {
  const [rows, setRows] = useState<readonly AuditEntry[]>([])
  const [trouble, setTrouble] = useState('')
  useEffect(() => {
    const stop = new AbortController()
    const load = async (): Promise<void> => {
      let last: readonly AuditEntry[] = []
      let next: string | null = ''
      while (next !== null) {
        const more: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`
        const page: Page<AuditEntry> = await ask(`/v1/audit?limit=1000${more}`, {
          signal: stop.signal,
        })
        last = [...last, ...page.items].slice(-ACTS)
        next = page.next
      }
      setRows(last.toReversed())
    }
    load().catch((error: unknown) => {
      if (!stop.signal.aborted) setTrouble(wordsOf(error))
    })
    return () => stop.abort()
  }, [])
  return { rows, trouble }
}
