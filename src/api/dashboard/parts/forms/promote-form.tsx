import { useRef, useState } from 'preact/hooks'
import { ask, wordsOf } from '../../state/client.js'
import { may } from '../../state/live.js'
import type { Job, Page, RunSummary } from '../../state/resources.js'
import { go } from '../../state/route.js'
import { useLoaded } from '../loaded.js'
import { Nothing, Panel, Terminal, Trouble } from '../words.js'

/** Asks, as a job, whether a run may trade: its gates answer. Nothing trades by it. */
export function PromoteForm() {
  const runs = useLoaded<Page<RunSummary>>('/v1/runs?limit=100')
  const [draft, setDraft] = useState<Draft>({ run: '', to: 'paper', override: '' })
  const [trouble, setTrouble] = useState('')
  // Whatever is pressed twice, it is asked once; what is changed is another question.
  const asked = useRef({ body: '', key: '' })
  const rows = runs.value?.items ?? []
  const { run, to, override } = draft
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part })
  const needs = to === 'live' || override !== '' ? 'admin' : 'trade'
  const mayAsk = may(needs)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    setTrouble('')
    const body = { run: run || rows[0]!.run_id, to, ...(override !== '' && { override }) }
    const text = JSON.stringify(body)
    if (asked.current.body !== text) asked.current = { body: text, key: crypto.randomUUID() }
    try {
      const headers = { 'idempotency-key': asked.current.key }
      go('jobs', (await ask<Job>('/v1/promotions', { method: 'POST', body, headers })).id)
    } catch (error) {
      setTrouble(wordsOf(error))
    }
  }
  if (runs.value === null) return <Nothing what={runs.trouble || 'Asking the server …'} />
  if (rows.length === 0) {
    return (
      <Panel title="Promote">
        <Nothing
          what="No run is stored that could be promoted."
          next={<a href="#/research">Start one</a>}
        />
      </Panel>
    )
  }
  return (
    <Panel title="Promote">
      <form class="settings" onSubmit={event => void submit(event)}>
        <Wanted draft={draft} change={change} rows={rows} />
        {to === 'live' && (
          <p>
            Gates for live ask for days and trades on paper, for the market on the chain, and for
            all that paper asks. Passing them starts nothing: the wallet and the word for real money
            are given at the machine.
          </p>
        )}
        <Trouble text={trouble} />
        {!mayAsk && <p>This takes a key of scope {needs}.</p>}
        <div class="buttons">
          <button type="submit" class="main" disabled={!mayAsk}>
            Ask the gates for {to}
          </button>
        </div>
      </form>
    </Panel>
  )
}

/** What is to be promoted. */
interface Draft {
  /** Empty for the newest. */
  readonly run: string
  readonly to: 'paper' | 'live'
  readonly override: string
}

function Wanted({
  draft: { run, to, override },
  change,
  rows,
}: {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
  readonly rows: readonly RunSummary[]
}) {
  return (
    <fieldset>
      <legend>What is to trade, and where</legend>
      <label class="field">
        <span class="name">Run</span>
        <select
          value={run || rows[0]!.run_id}
          onChange={event => change({ run: event.currentTarget.value })}
        >
          {rows.map(one => (
            <option key={one.run_id} value={one.run_id}>
              {one.strategy} {one.symbol} {one.timeframe}, {one.run_id.slice(0, 8)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="name">To</span>
        <select
          value={to}
          onChange={event =>
            change({ to: event.currentTarget.value === 'live' ? 'live' : 'paper' })
          }
        >
          <option value="paper">paper: no money</option>
          <option value="live">live: real money</option>
        </select>
      </label>
      <label class="field">
        <span class="name">Override</span>
        <input
          value={override}
          placeholder="empty: the gates decide"
          onInput={event => change({ override: event.currentTarget.value })}
        />
        <small>Why it may trade though gates refuse it. It is shown for ever.</small>
      </label>
    </fieldset>
  )
}

/** What is left to do at the machine when a promotion holds: a page must not do it. */
export function AtTheMachine({ id, to }: { readonly id: string; readonly to: 'paper' | 'live' }) {
  if (to === 'paper') {
    return (
      <p>
        It trades on paper by <Terminal>{`assay paper --promotion ${id}`}</Terminal>
      </p>
    )
  }
  return (
    <>
      <p>What is left is done at the machine, by whoever holds the wallet:</p>
      <ol>
        <li>
          A key file that signs: <Terminal>assay wallet create</Terminal>
        </li>
        <li>
          Everything except signing and sending:{' '}
          <Terminal>{`assay live --promotion ${id} --wallet KEY --dry-run`}</Terminal>
        </li>
        <li>
          Real money:{' '}
          <Terminal>{`assay live --promotion ${id} --wallet KEY --i-understand-this-trades-real-money`}</Terminal>
        </li>
      </ol>
    </>
  )
}
