import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Controls } from './parts/controls.js'
import { CommandDialog } from './parts/command-dialog.js'
import { Nothing, Trouble } from './parts/words.js'
import { Events } from './screens/events.js'
import { House } from './screens/house.js'
import { Market } from './screens/market.js'
import { Now } from './screens/now.js'
import { PerformanceScreen } from './screens/performance.js'
import { Promotions } from './screens/promotions.js'
import { Research } from './screens/research.js'
import { Compare, JobScreen, RunScreen, SweepScreen } from './screens/results.js'
import { SettingsScreen } from './screens/settings.js'
import { SignIn } from './screens/sign-in.js'
import { key, signInByLink } from './state/client.js'
import { age, isUtc, percent, time, zone } from './state/format.js'
import {
  follow,
  heardAt,
  isOld,
  may,
  now,
  performances,
  session,
  trouble,
  unseen,
} from './state/live.js'
import { go, route } from './state/route.js'

const SCREENS: readonly (readonly [path: string, name: string, letter: string])[] = [
  ['now', 'Now', 'n'],
  ['market', 'Market', 'm'],
  ['performance', 'Performance', 'f'],
  ['settings', 'Settings', 's'],
  ['research', 'Research', 'r'],
  ['promotions', 'Promotions', 'o'],
  ['events', 'Events', 'e'],
  ['house', 'Server', 'h'],
]

function Screen() {
  const [path = 'now', first = '', second = ''] = route.value
  switch (path) {
    case 'now':
      return <Now />
    case 'market':
      return <Market />
    case 'performance':
      return <PerformanceScreen />
    case 'settings':
      return <SettingsScreen />
    case 'research':
      return <Research />
    case 'jobs':
      return <JobScreen id={first} />
    case 'runs':
      return <RunScreen id={first} />
    case 'sweeps':
      return <SweepScreen id={first} />
    case 'compare':
      return <Compare a={first} b={second} />
    case 'promotions':
      return <Promotions />
    case 'events':
      return <Events />
    case 'house':
      return <House />
    default:
      return <Nothing what={`There is no screen "${path}".`} next={<a href="#/now">Now</a>} />
  }
}

function App() {
  const [isKilling, setIsKilling] = useState(false)
  const [isHelp, setIsHelp] = useState(false)
  useKeys(
    () => setIsKilling(may('trade')),
    () => setIsHelp(before => !before),
  )
  useTitle()
  if (key.value === '') return <SignIn />
  const shown = session.value
  return (
    <>
      <a class="skip" href="#content">
        To the content
      </a>
      <header class="top">
        <strong>Assay</strong>
        {shown !== null && (
          <span class={`mode ${shown.mode}`}>
            {shown.mode.toUpperCase()} {shown.trading}
          </span>
        )}
        {unseen.value > 0 && (
          <a class="unseen-alerts" href="#/now">
            ! {unseen.value} {unseen.value === 1 ? 'alert' : 'alerts'} not seen
          </a>
        )}
        <span class="clock">
          {time(now.value)}{' '}
          <button
            type="button"
            aria-pressed={!isUtc.value}
            onClick={() => (isUtc.value = !isUtc.value)}
          >
            {zone()}
          </button>
        </span>
      </header>
      <nav aria-label="Screens">
        {SCREENS.map(([path, name]) => (
          <a
            key={path}
            href={`#/${path}`}
            aria-current={route.value[0] === path ? 'page' : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      {isOld.value && (
        <p class="banner" role="alert">
          Not connected: last heard of the server {age(now.value - heardAt.value)} ago. All figures
          are old.
        </p>
      )}
      <Trouble text={isOld.value ? '' : trouble.value} />
      {isHelp && <Help />}
      <main id="content" tabIndex={-1}>
        <h1 class="unseen">{SCREENS.find(([path]) => path === route.value[0])?.[1] ?? 'Result'}</h1>
        <Screen />
      </main>
      {shown !== null && <Controls key={shown.session_id} session={shown} />}
      {isKilling && shown !== null && (
        <CommandDialog name="kill" session={shown} onClose={() => setIsKilling(false)} />
      )}
    </>
  )
}

function Help() {
  return (
    <aside class="panel" aria-label="Keys of the keyboard">
      <h2>Keys of the keyboard</h2>
      <p>
        {SCREENS.map(([, name, letter]) => `g ${letter}: ${name}`).join(', ')}; [ and ]: market
        before, market after, on the screen Market; Shift+K: kill switch (asks first); ?: this help.
      </p>
    </aside>
  )
}

/** Keys of the keyboard that go somewhere; none does anything dangerous by itself. */
function useKeys(onKill: () => void, onHelp: () => void): void {
  useEffect(() => {
    let isGoing = false
    const listen = (event: KeyboardEvent): void => {
      const { target, key: pressed } = event
      const isTyping =
        target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      const place = isGoing ? SCREENS.find(([, , letter]) => letter === pressed) : undefined
      isGoing = pressed === 'g'
      if (place !== undefined) go(place[0])
      else if (pressed === 'K') onKill()
      else if (pressed === '?') onHelp()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
}

/** The tab says how it stands. */
function useTitle(): void {
  const shown = session.value
  const made = performances.value.find(({ session_id: id }) => id === shown?.session_id)
  const title =
    shown === null
      ? 'Assay'
      : `${isOld.value ? '? ' : unseen.value > 0 ? '! ' : '● '}${percent(made?.return_today)} ${shown.mode.toUpperCase()}`
  useEffect(() => void (document.title = title), [title])
}

await signInByLink()
follow()
render(<App />, document.getElementById('app')!)
