import { useState } from 'preact/hooks'
import { refusal, signIn } from '../state/client.js'
import { follow } from '../state/live.js'
import { Terminal, Trouble } from '../parts/words.js'

/** Asks for a key. It stays in this tab, and in no address. */
export function SignIn() {
  const [text, setText] = useState('')
  const isKey = /^assay_[a-z0-9]{10}_[\w-]{43}$/.test(text.trim())
  const submit = (event: Event): void => {
    event.preventDefault()
    if (!isKey) return
    signIn(text.trim())
    follow()
  }
  return (
    <main class="sign-in">
      <h1>Assay</h1>
      <form onSubmit={submit}>
        <Trouble text={refusal.value} />
        <label>
          Key
          <input
            type="password"
            value={text}
            autoComplete="off"
            spellcheck={false}
            autoFocus
            onInput={event => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="main" disabled={!isKey}>
          Open
        </button>
      </form>
      <p>A key is made on the machine of the server, and shown once:</p>
      <p>
        <Terminal>assay keys create --scope trade --name dashboard --expires 30d</Terminal>
      </p>
      <p>
        Scope <b>read</b> looks, <b>research</b> also starts runs and sweeps, <b>trade</b> also
        steers sessions and changes settings. The key is kept in this tab until it is closed.
      </p>
    </main>
  )
}
