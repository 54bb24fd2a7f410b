import { Gates } from '../parts/gates.js'
import { useLoaded } from '../parts/loaded.js'
import { AtTheMachine, PromoteForm } from '../parts/forms/promote-form.js'
import { Nothing, Panel, Time } from '../parts/words.js'
import type { Page, Promotion } from '../state/resources.js'

/** What was let trade, each with its gates as a checklist, and what may be asked next. */
export function Promotions() {
  const list = useLoaded<Page<Promotion>>('/v1/promotions?limit=50')
  if (list.value === null)
    return <Nothing what={list.trouble === '' ? 'Asking the server …' : list.trouble} />
  return (
    <>
      <PromoteForm />
      {list.value.items.length === 0 && (
        <Nothing what="Nothing is promoted yet. A run is let trade by its evidence." />
      )}
      {list.value.items.map(one => (
        <Panel
          key={one.promotion_id}
          title={`${one.symbol} to ${one.to}, run ${one.run_id.slice(0, 8)}`}
        >
          <p>
            Made <Time at={one.created_at} />.{' '}
            {one.revoked_at === null ? 'It holds.' : `REVOKED: ${one.revoked_reason ?? ''}`}
          </p>
          {one.override_reason !== null && <p class="warning">OVERRIDDEN: {one.override_reason}</p>}
          <Gates gates={one.gates} />
          {one.revoked_at === null && <AtTheMachine id={one.promotion_id} to={one.to} />}
        </Panel>
      ))}
    </>
  )
}
