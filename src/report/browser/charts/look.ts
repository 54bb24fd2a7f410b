import { readPalette, type Palette } from '../document/theme.js'

/** Colours and sizes that a chart is drawn with, as the style sheet has them now. */
export interface Look extends Palette {
  /** From the deepest loss over nothing to the highest gain; seven stops, blind to red and green. */
  readonly stops: readonly string[]
  /** From few to many. */
  readonly counts: readonly string[]
  /** Colour of text that must be read first. */
  readonly strong: string
  readonly font: string
  /** Width of the chart in pixels. */
  readonly width: number
  readonly height: number
}

/** Reads the look of charts in an element. */
export function readLook(element: HTMLElement): Look {
  const style = getComputedStyle(document.documentElement)
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    ...readPalette(),
    stops: [1, 2, 3, 4, 5, 6, 7].map(k => value(`scale-${k}`)),
    counts: [1, 2, 3].map(k => value(`count-${k}`)),
    strong: value('text'),
    font: getComputedStyle(document.body).fontFamily,
    width: element.clientWidth,
    height: element.clientHeight,
  }
}

/** Whether a chart has the width of a phone. */
export function isNarrow({ width }: Look): boolean {
  return width < 560
}
