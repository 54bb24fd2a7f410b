import { DISPLAY, escapeText, type Displayed } from './display.ts'

/** A plot as SVG, drawn without a browser; the same numbers give the same text. */
export interface Plot extends Displayed {
  readonly svg: string
}

const [WIDTH, HEIGHT] = [720, 300]
const FRAME = { left: 64, right: 704, top: 34, bottom: 264 }
const COLOURS = ['#1f6feb', '#d1622b', '#2a8a4a', '#8250df', '#6e7781', '#b0264a']

export interface Line {
  readonly label: string
  readonly x: readonly number[]
  readonly y: readonly number[]
}

export interface LineChartOptions {
  readonly title: string
  readonly lines: readonly Line[]
  /** Whether x is a time in UTC milliseconds [true]. */
  readonly time?: boolean
  /** Places on the y axis to mark by a dashed line. */
  readonly marks?: readonly number[]
}

/** Lines over time, or over any numbers. */
export function lineChart({ title, lines, time = true, marks = [] }: LineChartOptions): Plot {
  const x = scaleOf(
    lines.flatMap(line => extent(line.x)),
    FRAME.left,
    FRAME.right,
  )
  const y = scaleOf([...lines.flatMap(line => extent(line.y)), ...marks], FRAME.bottom, FRAME.top)
  const paths = lines.map((line, k) => {
    const places = thinned(line.x.length).map(
      i => `${px(x.at(line.x[i]!))},${px(y.at(line.y[i]!))}`,
    )
    return `<polyline fill="none" stroke="${colourOf(k)}" stroke-width="1.4" points="${places.join(' ')}"/>`
  })
  const dashes = marks.map(
    value =>
      `<line x1="${FRAME.left}" x2="${FRAME.right}" y1="${px(y.at(value))}" y2="${px(y.at(value))}" stroke="#8c959f" stroke-dasharray="4 4"/>`,
  )
  const xTicks = ticksOf(x).map(value => ({
    place: x.at(value),
    text: time ? dayText(value) : numberText(value),
  }))
  const parts = [...axes({ x: xTicks, y: yTicks(y) }), ...dashes, ...paths, ...legend(lines)]
  return plotOf(
    title,
    parts,
    lines.map(({ label, y: values }) => `${label}: ${summary(values)}`),
  )
}

export interface HistogramOptions {
  readonly title: string
  readonly values: readonly number[]
  readonly cells?: number
  /** A value to mark by a line, and its name. */
  readonly mark?: { readonly label: string; readonly value: number }
}

/** How often values fall into equal cells. */
export function histogram({ title, values, cells = 40, mark }: HistogramOptions): Plot {
  const x = scaleOf([...extent(values), ...(mark ? [mark.value] : [])], FRAME.left, FRAME.right)
  const width = (x.high - x.low) / cells
  const counts = new Array<number>(cells).fill(0)
  for (const value of values) counts[Math.min(cells - 1, Math.floor((value - x.low) / width))]! += 1
  const y = scaleOf([0, Math.max(...counts)], FRAME.bottom, FRAME.top)
  const columns = counts.map((count, k) => {
    const [from, to] = [x.at(x.low + k * width), x.at(x.low + (k + 1) * width)]
    return `<rect x="${px(from + 0.5)}" y="${px(y.at(count))}" width="${px(to - from - 1)}" height="${px(FRAME.bottom - y.at(count))}" fill="${COLOURS[0]}"/>`
  })
  const xTicks = ticksOf(x).map(value => ({ place: x.at(value), text: numberText(value) }))
  const parts = [...axes({ x: xTicks, y: yTicks(y) }), ...columns]
  if (mark !== undefined) {
    const at = px(x.at(mark.value))
    parts.push(
      `<line x1="${at}" x2="${at}" y1="${FRAME.top}" y2="${FRAME.bottom}" stroke="${COLOURS[1]}" stroke-width="2"/>`,
      `<text x="${at}" y="${FRAME.top - 4}" text-anchor="middle" fill="${COLOURS[1]}">${escapeText(mark.label)}</text>`,
    )
  }
  return plotOf(title, parts, [
    summary(values),
    ...(mark ? [`${mark.label}: ${numberText(mark.value)}`] : []),
  ])
}

export interface HeatMapOptions {
  readonly title: string
  readonly x: { readonly label: string; readonly values: readonly (string | number)[] }
  readonly y: { readonly label: string; readonly values: readonly (string | number)[] }
  /** Row by row from the first y; null where there is no value. */
  readonly values: readonly (readonly (number | null)[])[]
}

/** Two dimensions and a colour: blue is high, red is low, white the middle of the range. */
export function heatMap({ title, x, y, values }: HeatMapOptions): Plot {
  const known = values.flat().filter(value => value !== null)
  const [low, high] = extent(known) as [number, number]
  const cell = {
    width: (FRAME.right - FRAME.left) / x.values.length,
    height: (FRAME.bottom - FRAME.top) / y.values.length,
  }
  const parts = values.flatMap((row, r) =>
    row.map((value, c) => {
      const left = FRAME.left + c * cell.width
      const top = FRAME.bottom - (r + 1) * cell.height
      const box = `<rect x="${px(left)}" y="${px(top)}" width="${px(cell.width)}" height="${px(cell.height)}" fill="${heat(value, low, high)}" stroke="#fff"/>`
      const text = value === null ? '–' : value.toFixed(2)
      return `${box}<text x="${px(left + cell.width / 2)}" y="${px(top + cell.height / 2 + 4)}" text-anchor="middle">${text}</text>`
    }),
  )
  const labels = [
    ...x.values.map((value, c) =>
      label(value, FRAME.left + (c + 0.5) * cell.width, FRAME.bottom + 16, 'middle'),
    ),
    ...y.values.map((value, r) =>
      label(value, FRAME.left - 6, FRAME.bottom - (r + 0.5) * cell.height + 4, 'end'),
    ),
    label(x.label, (FRAME.left + FRAME.right) / 2, FRAME.bottom + 32, 'middle'),
    label(y.label, 8, FRAME.top - 8, 'start'),
  ]
  return plotOf(
    title,
    [...parts, ...labels],
    [`${known.length} cells, ${numberText(low)} to ${numberText(high)}`],
  )
}

function label(value: string | number, x: number, y: number, anchor: string): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escapeText(String(value))}</text>`
}

function heat(value: number | null, low: number, high: number): string {
  if (value === null) return '#eaeef2'
  const share = high === low ? 0.5 : (value - low) / (high - low)
  const away = Math.abs(share - 0.5) * 2
  const to = share >= 0.5 ? [84, 154, 238] : [236, 120, 96]
  const mixed = to.map(part => Math.round(255 + (part - 255) * away))
  return `rgb(${mixed.join(',')})`
}

interface Scale {
  readonly low: number
  readonly high: number
  at(value: number): number
}

function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = extent(values) as [number, number]
  const [low, high] = least === most ? [least - 1, most + 1] : [least, most]
  return { low, high, at: value => from + ((value - low) / (high - low)) * (to - from) }
}

function extent(values: readonly number[]): number[] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : [0, 0]
}

/** At most 800 places of a long line, the first and the last among them. */
function thinned(count: number): number[] {
  const step = Math.max(1, Math.ceil(count / 800))
  const places = Array.from({ length: Math.ceil(count / step) }, (_, k) => k * step)
  return places.at(-1) === count - 1 ? places : [...places, count - 1]
}

function ticksOf({ low, high }: Scale): number[] {
  return Array.from({ length: 5 }, (_, k) => low + ((high - low) * k) / 4)
}

interface Tick {
  readonly place: number
  readonly text: string
}

function yTicks(y: Scale): Tick[] {
  return ticksOf(y).map(value => ({ place: y.at(value), text: numberText(value) }))
}

function axes({ x, y }: { readonly x: readonly Tick[]; readonly y: readonly Tick[] }): string[] {
  return [
    ...y.map(
      ({ place }) =>
        `<line x1="${FRAME.left}" x2="${FRAME.right}" y1="${px(place)}" y2="${px(place)}" stroke="#eaeef2"/>`,
    ),
    ...y.map(({ place, text }) => label(text, FRAME.left - 6, place + 4, 'end')),
    ...x.map(({ place, text }) => label(text, place, FRAME.bottom + 18, 'middle')),
  ]
}

function legend(lines: readonly Line[]): string[] {
  return lines.map(({ label: name }, k) => {
    const left = FRAME.left + 8 + k * 160
    return `<rect x="${left}" y="${HEIGHT - 14}" width="10" height="4" fill="${colourOf(k)}"/><text x="${left + 14}" y="${HEIGHT - 8}">${escapeText(name)}</text>`
  })
}

function colourOf(k: number): string {
  return COLOURS[k % COLOURS.length]!
}

function plotOf(title: string, parts: readonly string[], facts: readonly string[]): Plot {
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="11" fill="#24292f">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${FRAME.left}" y="16" font-size="13" font-weight="bold">${escapeText(title)}</text>`,
    ...parts,
    '</svg>',
  ].join('\n')
  return {
    svg,
    [DISPLAY]: () => ({ 'text/plain': [title, ...facts].join('\n'), 'image/svg+xml': svg }),
  }
}

function summary(values: readonly number[]): string {
  const [low, high] = extent(values) as [number, number]
  return `${values.length} values, ${numberText(low)} to ${numberText(high)}, last ${numberText(values.at(-1) ?? NaN)}`
}

function numberText(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** A coordinate to a tenth of a pixel. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10)
}
