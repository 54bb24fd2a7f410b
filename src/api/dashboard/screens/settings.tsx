import { useEffect, useState } from 'preact/hooks'
import { ask, Refused, wordsOf } from '../state/client.js'
import { events, may } from '../state/live.js'
import type { Page, Settings, Strategy } from '../state/resources.js'
import { useLoaded } from '../parts/loaded.js'
import { meaningOf, ParamInput } from '../parts/forms/param-input.js'
import { Nothing, Panel, Terminal, Time, Trouble } from '../parts/words.js'

/** Settings of how positions are sized and protected, and what each takes. */
const RISK: readonly (readonly [name: string, meaning: string])[] = [
  ['position_size', 'most a position spends: quote currency, or a share such as 25%'],
  ['stop_loss', 'distance below entry, a fraction: 0.02 is 2 %'],
  ['take_profit', 'distance above entry, a fraction'],
  ['trailing_stop', 'distance below the best price, a fraction'],
  ['trailing_from', 'gain from which the trailing stop exists, a fraction'],
  ['break_even', 'gain from which the stop is at the entry, a fraction'],
  ['roi', 'take-profit by closes held: 0:0.10,12:0.05'],
  ['time_stop', 'closes after which a position is closed'],
  ['cooldown', 'closes without entries after an exit'],
]

/** What holds for each symbol, and forms to change it. */
export function SettingsScreen() {
  const list = useLoaded<Page<Settings>>('/v1/settings?limit=100')
  const strategies = useLoaded<Page<Strategy>>('/v1/strategies?limit=200')
  const [picked, setPicked] = useState<string | null>(null)
  const all = list.value?.items ?? []
  if (list.value === null || strategies.value === null) {
    return <Nothing what={list.trouble === '' ? 'Asking the server …' : list.trouble} />
  }
  const shown = all.find(({ symbol }) => symbol === picked) ?? all[0]
  if (shown === undefined) {
    return (
      <Nothing
        what="No symbol has settings yet: a promotion writes them."
        next={<Terminal>assay promote RUN --to paper</Terminal>}
      />
    )
  }
  return (
    <>
      <label class="choice">
        Symbol
        <select value={shown.symbol} onChange={event => setPicked(event.currentTarget.value)}>
          {all.map(({ symbol }) => (
            <option key={symbol}>{symbol}</option>
          ))}
        </select>
      </label>
      {shown.strategy.active_strategy.map(name => (
        <Form
          key={`${shown.symbol} ${name}`}
          settings={shown}
          strategy={strategies.value!.items.find(one => one.name === name) ?? null}
          name={name}
          onSaved={list.again}
        />
      ))}
    </>
  )
}

interface FormProps {
  readonly settings: Settings
  /** Null for one of a file, whose parameters the server does not list. */
  readonly strategy: Strategy | null
  readonly name: string
  readonly onSaved: () => void
}

type Draft = Readonly<Record<string, string>>

/** Saves what was changed, where nobody else has changed it since. */
function save({ symbol, version }: Settings, strategy: string, draft: Draft): Promise<Settings> {
  const changes = Object.entries(draft).map(([field, text]): [string, string] => [
    field,
    text === '' ? 'none' : text,
  ])
  return ask<Settings>(`/v1/settings/${encodeURIComponent(symbol)}`, {
    method: 'PATCH',
    body: { changes: Object.fromEntries(changes), strategy },
    headers: { 'if-match': `"${version}"` },
  })
}

/** Asks before the page is left while something is changed and not saved. */
function useLeaveGuard(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return
    const hold = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', hold)
    return () => removeEventListener('beforeunload', hold)
  }, [isChanged])
}

function Form({ settings, strategy, name, onSaved }: FormProps) {
  const [draft, setDraft] = useState<Draft>({})
  const [trouble, setTrouble] = useState('')
  const [saved, setSaved] = useState('')
  const count = Object.keys(draft).length
  useLeaveGuard(count > 0)
  const change = (field: string, text: string, now: string): void => {
    setSaved('')
    const { [field]: _before, ...others } = draft
    setDraft(text === now ? others : { ...others, [field]: text })
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    setTrouble('')
    try {
      await save(settings, name, draft)
      setDraft({})
      setSaved('Accepted. Sessions take it before their next candle; below stands since when.')
      onSaved()
    } catch (error) {
      setTrouble(wordsOf(error))
      if (error instanceof Refused && error.problem.status === 412) onSaved()
    }
  }
  return (
    <Panel title={`${settings.symbol}: ${name}`}>
      <form class="settings" onSubmit={event => void submit(event)}>
        <fieldset disabled={!may('trade')}>
          <legend>Parameters</legend>
          <Params {...{ settings, strategy, name, draft, change }} />
        </fieldset>
        <fieldset disabled={!may('trade')}>
          <legend>
            {settings.strategy.active_strategy.length > 1 ? 'Risk of this strategy' : 'Risk'}
          </legend>
          <Risk {...{ settings, name, draft, change }} />
        </fieldset>
        <Trouble text={trouble} />
        <p role="status">{saved}</p>
        {!may('trade') && <p>Changing settings takes a key of scope trade.</p>}
        <div class="buttons">
          <button type="button" disabled={count === 0} onClick={() => setDraft({})}>
            Undo
          </button>
          <button type="submit" class="main" disabled={count === 0 || !may('trade')}>
            {count === 0
              ? 'Nothing is changed'
              : `Save ${count} ${count === 1 ? 'change' : 'changes'}`}
          </button>
        </div>
        <LastChange settings={settings} />
      </form>
    </Panel>
  )
}

/** Of one of several strategies what is changed here is its own, and the others stay as they are. */
function Risk({ settings: { risk }, name, draft, change }: Omit<ParamsProps, 'strategy'>) {
  const own = risk.strategies[name] ?? {}
  return (
    <>
      {RISK.map(([field, meaning]) => {
        const now = shownValue(own[field] === undefined ? risk[field] : own[field])
        return (
          <Field key={field} name={field} meaning={meaning} now={now} draft={draft[field]}>
            <input
              name={field}
              value={draft[field] ?? now}
              placeholder="none"
              onInput={event => change(field, event.currentTarget.value, now)}
            />
          </Field>
        )
      })}
    </>
  )
}

/** Who changed the settings, and since when sessions go by them. */
function LastChange({ settings: { symbol, risk, strategy } }: { readonly settings: Settings }) {
  const { updated_at: at, updated_by: by } = risk.updated_at > strategy.updated_at ? risk : strategy
  const taken = events.value.find(
    ({ type, payload }) =>
      type === 'settings.changed' && payload['symbol'] === symbol && payload['by'] !== undefined,
  )
  return (
    <p>
      Changed <Time at={at} /> by {by}
      {taken !== undefined && (
        <>
          ; in effect in session {taken.session_id.slice(0, 8)} since <Time at={taken.time} />
        </>
      )}
      .
    </p>
  )
}

interface ParamsProps extends Omit<FormProps, 'onSaved'> {
  readonly draft: Draft
  readonly change: (field: string, text: string, now: string) => void
}

function Params({ settings, strategy, name, draft, change }: ParamsProps) {
  const own = settings.strategy.parameters[name]
  const template = own?.template ?? ''
  const base = strategy?.templates[draft['template'] ?? template] ?? {}
  if (strategy === null) return <p>The parameters of a strategy file are changed in a terminal.</p>
  const templates = ['', ...Object.keys(strategy.templates)]
  return (
    <>
      <Field
        name="template"
        meaning="named set of parameters"
        now={template}
        draft={draft['template']}
      >
        <select
          value={draft['template'] ?? template}
          onChange={event => change('template', event.currentTarget.value, template)}
        >
          {templates.map(one => (
            <option key={one} value={one}>
              {one === '' ? 'none' : one}
            </option>
          ))}
        </select>
      </Field>
      {Object.entries(strategy.params).map(([field, spec]) => {
        const now = String(own?.custom_params?.[field] ?? base[field] ?? spec.default)
        return (
          <Field key={field} name={field} meaning={meaningOf(spec)} now={now} draft={draft[field]}>
            <ParamInput
              spec={spec}
              value={draft[field] ?? now}
              onChange={text => change(field, text, now)}
            />
          </Field>
        )
      })}
    </>
  )
}

function Field({
  name,
  meaning,
  now,
  draft,
  children,
}: {
  readonly name: string
  readonly meaning: string
  readonly now: string
  readonly draft: string | undefined
  readonly children: preact.ComponentChildren
}) {
  return (
    <label class={draft === undefined ? 'field' : 'field changed'}>
      <span class="name">{name.replaceAll('_', ' ')}</span>
      {children}
      <small>
        {meaning}
        {draft !== undefined && <b> (now {now === '' ? 'none' : now})</b>}
      </small>
    </label>
  )
}

function shownValue(value: unknown): string {
  return value === null || value === undefined || value === 0 ? '' : String(value)
}
