import { useState } from 'preact/hooks'
import { ask, wordsOf } from '../state/client.js'
import { alerts, may, refresh, sessions } from '../state/live.js'
import type { Alert } from '../state/resources.js'
import { Nothing, Panel, Terminal, Time, Trouble } from './words.js'

/** More would hide whether it is in the market. */
const SHOWN = 3

/** What is wrong: what nobody has seen on top, until somebody says that he has. */
export function Alerts() {
  const [trouble, setTrouble] = useState('')
  const all = alerts.value
  if (all === null) return <Nothing what="Alerts are not known yet." />
  const unseen = all.filter(one => one.acknowledged === null)
  const seen = all.filter(one => one.acknowledged !== null)
  const acknowledge = async (id: string): Promise<void> => {
    setTrouble('')
    await ask(`/v1/alerts/${id}/acknowledge`, { method: 'POST', body: {} }).catch(
      (error: unknown) => setTrouble(wordsOf(error)),
    )
    await refresh()
  }
  if (all.length === 0) return <p class="fine">✓ No alert.</p>
  return (
    <Panel
      title={unseen.length === 0 ? 'Alerts, all acknowledged' : `Alerts: ${unseen.length} not seen`}
    >
      <Trouble text={trouble} />
      {unseen.length > 0 && (
        <div role="alert">
          <ul class="alerts">
            {unseen.slice(0, SHOWN).map(one => (
              <Unseen key={one.id} alert={one} onSeen={acknowledge} />
            ))}
          </ul>
        </div>
      )}
      {unseen.length > SHOWN && (
        <details>
          <summary>{unseen.length - SHOWN} more that nobody has seen</summary>
          <ul class="alerts">
            {unseen.slice(SHOWN).map(one => (
              <Unseen key={one.id} alert={one} onSeen={acknowledge} />
            ))}
          </ul>
        </details>
      )}
      {seen.length > 0 && (
        <details>
          <summary>{seen.length} acknowledged</summary>
          <ul class="alerts seen">
            {seen.map(one => (
              <li key={one.id}>
                <Said alert={one} />
                <small>
                  seen by {one.acknowledged!.actor}, <Time at={one.acknowledged!.at} />
                </small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  )
}

/** An alert that waits for somebody. */
function Unseen({
  alert: one,
  onSeen,
}: {
  readonly alert: Alert
  readonly onSeen: (id: string) => Promise<void>
}) {
  return (
    <li class={one.urgency}>
      <Said alert={one} />
      <button
        type="button"
        disabled={!may('trade')}
        aria-label={`Acknowledge: ${one.text}`}
        title={may('trade') ? undefined : 'This takes a key of scope trade'}
        onClick={() => void onSeen(one.id)}
      >
        Acknowledge
      </button>
    </li>
  )
}

/** What is wrong, where, since when, and the next step. */
function Said({ alert: one }: { readonly alert: Alert }) {
  const session = sessions.value?.find(({ session_id: id }) => id === one.session_id)
  return (
    <div>
      <b>
        {one.urgency === 'alarm' ? '!! Alarm' : '! Warning'}: {one.text}
      </b>
      {one.count > 1 && <span> {one.count} times.</span>}
      <br />
      <small>
        {one.mode.toUpperCase()} {session?.symbols.join(', ') ?? ''} {one.session_id.slice(0, 8)}
        {one.since !== null && (
          <>
            , {one.open ? 'since' : 'at'} <Time at={one.since} />
          </>
        )}
      </small>{' '}
      <Terminal>{one.todo}</Terminal>
    </div>
  )
}
