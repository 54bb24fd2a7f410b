import { make, typographic } from '../../document/dom.js'
import type { ColourScale } from './scale.js'

/** Shows a colour scale above a chart: its ends, its middle, and what an empty cell looks like. */
export function drawScaleKey(
  element: HTMLElement,
  scale: ColourScale,
  name: string,
  text: (value: number) => string,
  extra: readonly (readonly [kind: string, label: string])[] = [],
): void {
  const { min, max, stops, isClipped } = scale
  const ramp = make('i', { class: 'ramp' })
  ramp.style.background = `linear-gradient(to right, ${stops.join(', ')})`
  const label = (value: number, sign: string): HTMLElement =>
    make('span', {}, typographic(`${isClipped ? sign : ''}${text(value)}`))
  const parts: HTMLElement[] = [make('span', { class: 'scale-name' }, name)]
  if (max > min) parts.push(label(min, '≤ '), ramp, label(max, '≥ '))
  else parts.push(swatch(stops.at(-1)!), label(max, ''))
  if (min < 0 && max > 0) parts.push(make('span', {}, '(the middle is 0)'))
  for (const [kind, words] of extra) {
    const item = make('span', { class: 'scale-item' })
    item.append(make('i', { class: `cell ${kind}` }), words)
    parts.push(item)
  }
  element.replaceChildren(...parts)
}

function swatch(colour: string): HTMLElement {
  const cell = make('i', { class: 'cell' })
  cell.style.background = colour
  return cell
}
