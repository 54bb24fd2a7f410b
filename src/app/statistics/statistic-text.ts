import { nextLine } from '../output/next-line.js'
import { cut, printable, wrap } from '../../core/text-layout.js'
import type { Measured, StatisticName } from './measure.js'
import type { ReturnsTable } from './returns-file.js'

type Json = Readonly<Record<string, unknown>>

/** What `--json` prints: the statistic under the names of the docs, and the file it is of. */
export function statisticJson(
  name: StatisticName,
  table: ReturnsTable | undefined,
  { column, statistic }: Measured,
): Json {
  const { value, unit, interval, intervalOf, n, formula, reason, ...details } = statistic
  const head = { value, unit, interval, intervalOf, n, formula, ...(reason && { reason }) }
  return {
    schema_version: 1,
    statistic: name,
    ...(snakeCase({ ...head, ...details }) as Json),
    file: table?.file ?? null,
    column: column ?? null,
    ignored_column: table?.ignoredColumn ?? null,
    notes: table?.notes ?? [],
  }
}

/** Keys as every `--json` writes them: `sharpePerPeriod` is `sharpe_per_period`. */
function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/(?<!^)[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      snakeCase(inner),
    ]),
  )
}

const WIDTH = 80
const LABEL_WIDTH = 30

/** The same for people: a line for each figure, the formula last. */
export function statisticText(json: Json): string {
  const hidden = ['schema_version', 'statistic', 'formula', 'notes', 'details']
  const entries = Object.entries({ ...json, ...(json['details'] as Json | null) })
  const lines = entries
    .filter(([key, value]) => !hidden.includes(key) && value !== null && !isList(value))
    .flatMap(([key, value]) =>
      wrap(`${key.padEnd(LABEL_WIDTH)}${textOf(value)}`.trimEnd(), WIDTH, ' '.repeat(LABEL_WIDTH)),
    )
  const missing = json['value'] === null ? [`${'value'.padEnd(LABEL_WIDTH)}–`] : []
  const next = nextLine('assay validate RUN', 'all of them, of a stored run')
  return [...missing, ...lines, '', ...wrap(String(json['formula']), WIDTH), next].join('\n')
}

/** Objects in rows, which only `--json` prints. */
function isList(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'object'
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return numberText(value)
  if (Array.isArray(value)) return value.map(textOf).join(' to ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'object' && value !== null) return partsText(value as Json)
  return cut(printable(String(value)), 200)
}

function partsText(parts: Json): string {
  return Object.entries(parts)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => (key === 'value' ? textOf(value) : `${key} ${textOf(value)}`))
    .join(', ')
}

/** Six digits; whole numbers as they are. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
}
