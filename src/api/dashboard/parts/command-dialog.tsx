import { useRef, useState } from 'preact/hooks'
import { ask, wordsOf } from '../state/client.js'
import { money, number } from '../state/format.js'
import { positions, refresh } from '../state/live.js'
import type { Command, Session } from '../state/resources.js'
import { Dialog } from './dialog.js'
import { Table } from './table.js'
import { Change, Trouble } from './words.js'

export type CommandName = 'pause' | 'resume' | 'flatten' | 'kill' | 'stop'

const EFFECTS: Readonly<Record<CommandName, string>> = {
  pause: 'Nothing new is entered; exits and stops go on.',
  resume: 'Entries go on.',
  flatten: 'Every position is closed at the market. Entries go on afterwards, unless it is paused.',
  kill: 'Every position is closed, and nothing is entered again: the session stays halted.',
  stop: 'The session ends, and keeps what it holds.',
}

/** Commands that cost something take the word of the mode, typed. */
const TYPED: ReadonlySet<CommandName> = new Set(['flatten', 'kill'])

/** Longest that the dialog waits for the session to take it. */
const WAIT_MS = 30_000
const ASK_MS = 400

/** Asks whether a command is meant, sends it once, and shows what came of it. */
export function CommandDialog({
  name,
  session,
  onClose,
}: {
  readonly name: CommandName
  readonly session: Session
  readonly onClose: () => void
}) {
  // One key for the dialog: whatever is pressed twice, the command is given once.
  const idempotencyKey = useRef(crypto.randomUUID())
  const [typed, setTyped] = useState('')
  const [state, setState] = useState<'asking' | 'sending' | 'done'>('asking')
  const [outcome, setOutcome] = useState('')
  const [trouble, setTrouble] = useState('')
  const word = session.mode.toUpperCase()
  const isReady = !TYPED.has(name) || typed.trim().toUpperCase() === word
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (!isReady || state !== 'asking') return
    setState('sending')
    setTrouble('')
    try {
      setOutcome(await order(session, name, idempotencyKey.current))
      setState('done')
    } catch (error) {
      setTrouble(wordsOf(error))
      setState('asking')
    }
    void refresh()
  }
  return (
    <Dialog
      title={`${labelOf(name)} ${session.mode} session ${session.session_id.slice(0, 8)}`}
      onClose={onClose}
    >
      <form onSubmit={event => void submit(event)}>
        <p>{EFFECTS[name]}</p>
        {TYPED.has(name) && <Held session={session} />}
        {TYPED.has(name) && state === 'asking' && (
          <label>
            Type {word} to confirm
            <input
              value={typed}
              autoComplete="off"
              onInput={event => setTyped(event.currentTarget.value)}
            />
          </label>
        )}
        <Trouble text={trouble} />
        <p role="status">
          {state === 'sending' ? 'Sent. Waiting for the session to take it …' : outcome}
        </p>
        <div class="buttons">
          <button type="button" autoFocus onClick={onClose}>
            {state === 'done' ? 'Close' : 'Cancel'}
          </button>
          {state !== 'done' && (
            <button
              type="submit"
              class={TYPED.has(name) ? 'danger' : 'main'}
              disabled={!isReady || state === 'sending'}
            >
              {buttonOf(name, session)}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

/** What would be sold, each with what it has made. */
function Held({ session }: { readonly session: Session }) {
  const held = positions.value.filter(one => one.session_id === session.session_id)
  if (held.length === 0) return <p>It holds nothing.</p>
  return (
    <Table
      caption="Positions still open"
      keyOf={one => `${one.strategy} ${one.symbol}`}
      rows={held}
      columns={[
        { name: 'Position', cell: one => `${one.symbol} ${one.strategy}` },
        { name: 'Quantity', isFigure: true, cell: one => number(one.quantity) },
        { name: 'Price now', isFigure: true, cell: one => number(one.price) },
        { name: 'About', isFigure: true, cell: one => money(one.quantity * one.price) },
        {
          name: 'Result',
          isFigure: true,
          cell: one => <Change value={one.unrealised} as="money" />,
        },
      ]}
    />
  )
}

export function labelOf(name: CommandName): string {
  return name[0]!.toUpperCase() + name.slice(1)
}

function buttonOf(name: CommandName, session: Session): string {
  const count = positions.value.filter(one => one.session_id === session.session_id).length
  const left = `${count} ${count === 1 ? 'position' : 'positions'}`
  if (name === 'flatten') return `Leave ${left}`
  if (name === 'kill') return `Leave ${left} and halt`
  return labelOf(name)
}

/** Gives the command, and waits until the session has taken it. @returns what came of it */
async function order(session: Session, name: CommandName, key: string): Promise<string> {
  const path = `/v1/sessions/${session.session_id}/commands`
  let command = await ask<Command>(path, {
    method: 'POST',
    body: { name },
    headers: { 'idempotency-key': key },
  })
  for (const until = Date.now() + WAIT_MS; command.outcome === null && Date.now() < until;) {
    await new Promise(done => setTimeout(done, ASK_MS))
    command = await ask<Command>(`${path}/${command.id}`)
  }
  if (command.outcome === null) {
    return 'The session has not taken it yet. It waits, and is the first thing the session does.'
  }
  return command.outcome === 'done'
    ? `Done: the session has taken ${name}.`
    : `Refused: ${command.outcome}`
}
