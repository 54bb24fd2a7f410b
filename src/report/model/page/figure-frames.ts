import { html, type Markup } from './html-text.js'

/** Stands where a chart would be, for readers without a script. */
export const NEEDS_SCRIPT = html`<noscript
  ><p class="note">This is drawn by the page’s script.</p></noscript
>`

/** Whose charts they are, for the end of a page. */
export const ECHARTS_NOTICE = html`<p>
  Apache ECharts, Copyright 2017-2026 The Apache Software Foundation, Apache License 2.0. ZRender,
  Copyright 2017 Baidu Inc., BSD 3-Clause.
</p>`

/** Where a figure of the page's script goes. */
export interface Frame {
  readonly id: string
  /** What it shows, for readers who do not see it: its numbers where they are few. */
  readonly label: string
}

/** The frame of a figure without controls. */
export function chartFrame({ id, label }: Frame, size: '' | 'small' | 'tall' = ''): Markup {
  return html`${NEEDS_SCRIPT}
    <div id="${id}" class="chart ${size}" role="img" aria-label="${label}"></div>`
}

/** The frame of lines over time, with buttons to move and zoom; `hasLog` for amounts above 0. */
export function curveFrame({ id, label }: Frame, hasLog: boolean): Markup {
  return html`${NEEDS_SCRIPT}
    <div id="${id}-tools" class="tools" role="group" aria-label="What the chart shows">
      ${MOVES.map(
        ([text, move, title]) =>
          html`<button type="button" class="quiet" data-move="${move}" aria-label="${title}">
            ${text}
          </button>`,
      )}
      ${hasLog && html`<button type="button" class="quiet" aria-pressed="false">Log</button>`}
    </div>
    ${legend(id)}
    <div
      id="${id}"
      class="chart curves"
      tabindex="0"
      role="group"
      aria-label="${label} Arrow keys move, plus and minus zoom."
    ></div>`
}

const MOVES = [
  ['All', 'all', 'Show all'],
  ['←', 'left', 'Earlier'],
  ['→', 'right', 'Later'],
  ['−', 'out', 'Zoom out'],
  ['+', 'in', 'Zoom in'],
] as const

/** The frame of shares over time. */
export function layerFrame(frame: Frame): Markup {
  return html`${legend(frame.id)} ${chartFrame(frame)}`
}

function legend(id: string): Markup {
  return html`<div
    id="${id}-legend"
    class="chips"
    role="group"
    aria-label="Lines that are shown"
  ></div>`
}

/** The frame of pairs of columns, with a button for each measure where there are several. */
export function pairFrame(
  frame: Frame,
  names: readonly [string, string],
  measures: readonly string[],
): Markup {
  return html`${
      measures.length > 1 &&
      html`<div id="${frame.id}-tools" class="tools" role="group" aria-label="What is compared">
        ${measures.map(
          (measure, k) =>
            html`<button type="button" class="quiet" aria-pressed="${k === 0 ? 'true' : 'false'}">
              ${measure}
            </button>`,
        )}
      </div>`
    }
    <p class="note key">
      <i class="swatch first"></i>${names[0]} <i class="swatch second"></i>${names[1]}
    </p>
    ${chartFrame(frame)}`
}
