import { signal } from '@preact/signals'

/** Where the page is: `#/sweeps/ID` is `['sweeps', 'ID']`. */
export const route = signal(parse())

window.addEventListener('hashchange', () => (route.value = parse()))

function parse(): readonly string[] {
  const path = location.hash.replace(/^#\/?/, '').split('?')[0]!
  return path === '' ? ['now'] : path.split('/').map(decodeURIComponent)
}

/** Goes somewhere. */
export function go(...path: readonly string[]): void {
  location.hash = `#/${path.map(encodeURIComponent).join('/')}`
}
