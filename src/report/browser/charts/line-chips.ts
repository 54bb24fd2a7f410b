import { make } from '../document/dom.js'
import type { Look } from './look.js'

/** How a line is drawn, as the chart library takes it. */
export interface Stroke {
  readonly color: string
  readonly width: number
  readonly type: 'solid' | 'dashed'
}

/** The best is thick; after the colours have come round once, lines are dashed. */
export function strokeOf(look: Look, k: number): Stroke {
  const colours = [look.accent, ...look.series]
  return {
    color: colours[k % colours.length]!,
    width: k === 0 ? 2.5 : 1.4,
    type: k < colours.length ? 'solid' : 'dashed',
  }
}

/** Names of lines as buttons, which switch their lines off and on. */
export class LineChips {
  readonly hidden = new Set<number>()
  private readonly element: HTMLElement
  private readonly labels: readonly string[]

  constructor(element: HTMLElement, labels: readonly string[], onChange: () => void) {
    this.element = element
    this.labels = labels
    element.addEventListener('click', event => {
      const at = (event.target as HTMLElement).closest<HTMLElement>('[data-curve]')
      if (!at) return
      const k = Number(at.dataset['curve'])
      if (!this.hidden.delete(k)) this.hidden.add(k)
      onChange()
      element.querySelector<HTMLElement>(`[data-curve="${k}"]`)?.focus()
    })
  }

  /** Places of the lines that are on. */
  get shown(): number[] {
    return this.labels.map((_, k) => k).filter(k => !this.hidden.has(k))
  }

  /** Draws the buttons in the colours of now. */
  paint(strokeAt: (k: number) => Stroke): void {
    this.element.replaceChildren(...this.labels.map((label, k) => this.chip(label, k, strokeAt(k))))
  }

  private chip(label: string, k: number, { color, type }: Stroke): HTMLElement {
    const button = make('button', {
      type: 'button',
      class: 'chip',
      'data-curve': String(k),
      'aria-pressed': String(!this.hidden.has(k)),
    })
    const mark = make('i', {})
    mark.style.background =
      type === 'solid'
        ? color
        : `repeating-linear-gradient(to right, ${color} 0 4px, transparent 4px 6px)`
    button.append(mark, label)
    return button
  }
}
