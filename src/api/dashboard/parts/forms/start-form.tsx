import { useState } from 'preact/hooks'
import { ask, wordsOf } from '../../state/client.js'
import { may } from '../../state/live.js'
import { go } from '../../state/route.js'
import type { DataSet, Job, Strategy } from '../../state/resources.js'
import { meaningOf, ParamInput } from './param-input.js'
import { Panel, Trouble } from '../words.js'

interface StartProps {
  readonly strategies: readonly Strategy[]
  readonly sets: readonly DataSet[]
}

type Values = Readonly<Record<string, string>>

/** What is to be started. */
interface Draft {
  readonly name: string
  /** Place of the candles in the list. */
  readonly set: number
  readonly isSweep: boolean
  /** Of parameters: one value, or those that a sweep goes over. */
  readonly values: Values
}

/** A form that starts a run or a sweep as a job. */
export function StartForm({ strategies, sets }: StartProps) {
  const [draft, setDraft] = useState<Draft>({
    name: strategies[0]!.name,
    set: 0,
    isSweep: false,
    values: {},
  })
  const [trouble, setTrouble] = useState('')
  const { isSweep } = draft
  const strategy = strategies.find(({ name }) => name === draft.name)!
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part })
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    setTrouble('')
    try {
      go('jobs', (await start(draft, sets[draft.set]!)).id)
    } catch (error) {
      setTrouble(wordsOf(error))
    }
  }
  return (
    <Panel title="Start">
      <form class="settings" onSubmit={event => void submit(event)}>
        <fieldset disabled={!may('research')}>
          <legend>What</legend>
          <What draft={draft} change={change} strategies={strategies} sets={sets} />
        </fieldset>
        <fieldset disabled={!may('research')}>
          <legend>{isSweep ? 'Values to go over' : 'Parameters'}</legend>
          <Values draft={draft} change={change} strategy={strategy} />
        </fieldset>
        <Trouble text={trouble} />
        {!may('research') && <p>Starting jobs takes a key of scope research.</p>}
        <div class="buttons">
          <button type="submit" class="main" disabled={!may('research')}>
            {isSweep ? 'Start the sweep' : 'Start the run'}
          </button>
        </div>
      </form>
    </Panel>
  )
}

/** Starts a job. */
function start(
  { name, isSweep, values }: Draft,
  { symbol, source, timeframe }: DataSet,
): Promise<Job> {
  const place = { strategy: name, symbol: `${symbol}@${source}`, timeframe }
  const given = Object.fromEntries(Object.entries(values).filter(([, text]) => text !== ''))
  return ask<Job>(isSweep ? '/v1/sweeps' : '/v1/runs', {
    method: 'POST',
    body: { ...place, ...(isSweep ? { grid: given } : { params: given }) },
    headers: { 'idempotency-key': crypto.randomUUID() },
  })
}

interface PartProps {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
}

function What({ draft, change, strategies, sets }: PartProps & StartProps) {
  const strategy = strategies.find(({ name }) => name === draft.name)!
  const chosen = sets[draft.set]!
  return (
    <>
      <label class="field">
        <span class="name">strategy</span>
        <select
          value={draft.name}
          onChange={event => change({ name: event.currentTarget.value, values: {} })}
        >
          {strategies.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <small>{strategy.description}</small>
      </label>
      <label class="field">
        <span class="name">candles</span>
        <select
          value={draft.set}
          onChange={event => change({ set: Number(event.currentTarget.value) })}
        >
          {sets.map(({ symbol, source, timeframe, count }, k) => (
            <option key={`${symbol} ${source} ${timeframe}`} value={k}>
              {symbol}@{source} {timeframe} ({count})
            </option>
          ))}
        </select>
        <small>
          {chosen.first.slice(0, 10)} to {chosen.last.slice(0, 10)}
        </small>
      </label>
      <label class="field">
        <span class="name">as</span>
        <select
          value={draft.isSweep ? 'sweep' : 'run'}
          onChange={event => change({ isSweep: event.currentTarget.value === 'sweep', values: {} })}
        >
          <option value="run">one run</option>
          <option value="sweep">a sweep over values</option>
        </select>
        <small>
          {draft.isSweep
            ? 'write values as 5:30:5 (from, to, step) or 5,10,20'
            : 'one value of each parameter'}
        </small>
      </label>
    </>
  )
}

function Values({ draft, change, strategy }: PartProps & { readonly strategy: Strategy }) {
  const { isSweep, values } = draft
  const set = (field: string, text: string): void =>
    change({ values: { ...values, [field]: text } })
  return (
    <>
      {Object.entries(strategy.params).map(([field, spec]) => (
        <label key={field} class="field">
          <span class="name">{field.replaceAll('_', ' ')}</span>
          {isSweep ? (
            <input
              name={field}
              value={values[field] ?? ''}
              placeholder={String(spec.default)}
              onInput={event => set(field, event.currentTarget.value)}
            />
          ) : (
            <ParamInput
              spec={spec}
              value={values[field] ?? String(spec.default)}
              onChange={text => set(field, text)}
            />
          )}
          <small>{meaningOf(spec)}</small>
        </label>
      ))}
    </>
  )
}
