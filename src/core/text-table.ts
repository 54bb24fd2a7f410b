import { TERMINAL_WIDTH, widthOf, wrap } from './text-layout.js'

type Row = readonly string[]

const GAP = 2
/** The least width that a column of words is wrapped to. */
const WORDS_MIN = 14

/**
 * Rows under headings, columns aligned; numbers to the right. What is wider than a terminal has its
 * words wrapped, and then its columns in several tables below each other, the first column in each.
 */
export function table(headings: Row, rows: readonly Row[], width: number = TERMINAL_WIDTH): string {
  const isNumber = headings.map((_, k) => rows.every(row => /^[-+−–]?[\d.,%]*$/.test(row[k] ?? '')))
  const widths = fittedWidths(headings, rows, { isNumber, width })
  return blocksOf(widths, width)
    .map(columns => drawn(headings, rows, { columns, widths, isNumber }))
    .join('\n\n')
}

/** A date, with or without its time of day: it is never wrapped. */
const TIME = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d)?$/

interface Fit {
  readonly isNumber: readonly boolean[]
  readonly width: number
}

/**
 * Widths of the columns: as their cells are where that fits, else with wrapped words, else with
 * broken ones. Where nothing of it fits, as the cells are,
 * as far as a column fits beside the first.
 */
function fittedWidths(headings: Row, rows: readonly Row[], { isNumber, width }: Fit): number[] {
  const natural = headings.map((heading, k) =>
    Math.min(width, widest([heading, ...rows.map(row => row[k] ?? '')])),
  )
  const words = headings.map((heading, k) =>
    widest([heading, ...rows.map(row => row[k] ?? '')].flatMap(text => text.split(' '))),
  )
  const hasTimes = headings.map((_, k) => rows.every(row => TIME.test(row[k] ?? '')))
  const leastBy = (most: number): number[] =>
    natural.map((own, k) =>
      isNumber[k] || hasTimes[k]
        ? own
        : Math.min(own, Math.max(WORDS_MIN, Math.min(most, words[k]!))),
    )
  for (const least of [natural, leastBy(width), leastBy(WORDS_MIN)]) {
    if (total(least) <= width) return widened(least, natural, width)
  }
  const first = Math.min(natural[0]!, width - GAP - WORDS_MIN)
  return natural.map((own, k) => (k === 0 ? first : Math.min(own, width - GAP - first)))
}

/** The least widths, with what is left of the width given to the columns that lack most. */
function widened(least: readonly number[], natural: readonly number[], width: number): number[] {
  const widths = [...least]
  for (let left = width - total(widths); left > 0; left--) {
    const lack = widths.map((own, k) => natural[k]! - own)
    const most = Math.max(...lack)
    if (most <= 0) break
    widths[lack.indexOf(most)]! += 1
  }
  return widths
}

/** Columns that stand beside each other, the first one in each block. */
function blocksOf(widths: readonly number[], width: number): number[][] {
  const blocks: number[][] = [[0]]
  for (let k = 1; k < widths.length; k++) {
    const block = blocks.at(-1)!
    const used = total([...block, k].map(column => widths[column]!))
    if (used <= width || block.length === 1) block.push(k)
    else blocks.push([0, k])
  }
  return blocks
}

interface Shape {
  readonly columns: readonly number[]
  readonly widths: readonly number[]
  readonly isNumber: readonly boolean[]
}

function drawn(headings: Row, rows: readonly Row[], shape: Shape): string {
  const { columns, widths } = shape
  const rule = columns.map(k => '-'.repeat(widths[k]!)).join(' '.repeat(GAP))
  return [...linesOf(headings, shape), rule, ...rows.flatMap(row => linesOf(row, shape))].join('\n')
}

/** The lines of a row: more than one where words are wrapped. */
function linesOf(row: Row, { columns, widths, isNumber }: Shape): string[] {
  const cells = columns.map(k => wrap(row[k] ?? '', widths[k]!))
  const height = Math.max(...cells.map(lines => lines.length))
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((k, at) => padded(cells[at]![line] ?? '', widths[k]!, isNumber[k]!))
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
}

function padded(text: string, width: number, isRight: boolean): string {
  const air = ' '.repeat(Math.max(0, width - widthOf(text)))
  return isRight ? air + text : text + air
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf))
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, own) => sum + own, GAP * (widths.length - 1))
}
