import { make } from '../document/dom.js'

/** A chart that is still to be drawn, and where. */
export interface Step {
  readonly element: HTMLElement
  readonly draw: (element: HTMLElement) => unknown
}

/** Draws one after the other, so that scrolling works meanwhile, and then says that all is there. */
export async function drawInTurn(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    guarded(step)
    await new Promise(resolve => setTimeout(resolve, 0))
  }
  document.documentElement.dataset['ready'] = 'true'
}

/** One chart that fails leaves its reason, and the others whole. */
function guarded({ element, draw }: Step): void {
  try {
    draw(element)
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    element.replaceChildren(make('p', { class: 'note' }, `This could not be drawn: ${text}`))
    console.error(error)
  }
}
