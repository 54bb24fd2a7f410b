import { useState } from 'preact/hooks'
import { may } from '../state/live.js'
import type { Session } from '../state/resources.js'
import { CommandDialog, labelOf, type CommandName } from './command-dialog.js'

/** The buttons that steer a session. What the key may not do is shown, with the scope it takes. */
export function Controls({ session }: { readonly session: Session }) {
  const [open, setOpen] = useState<CommandName | null>(null)
  const mayTrade = may('trade')
  const isHalted = session.trading === 'halted'
  const names: readonly CommandName[] = [
    session.trading === 'reducing' ? 'resume' : 'pause',
    'flatten',
    'stop',
    'kill',
  ]
  return (
    <section class="controls" aria-label="Steer the session">
      {names.map(name => (
        <button
          key={name}
          type="button"
          class={name === 'kill' ? 'danger' : ''}
          disabled={!mayTrade || (isHalted && name !== 'stop')}
          title={mayTrade ? undefined : 'This takes a key of scope trade'}
          onClick={() => setOpen(name)}
        >
          {name === 'kill' ? 'Kill switch' : labelOf(name)}
        </button>
      ))}
      {!mayTrade && <small>Steering takes a key of scope trade.</small>}
      {isHalted && <small>The session is halted for good.</small>}
      {open !== null && (
        <CommandDialog name={open} session={session} onClose={() => setOpen(null)} />
      )}
    </section>
  )
}
