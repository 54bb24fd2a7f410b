import { AppError } from '../../../core/errors.js'
import { PRICE_ROLES, type PriceRole } from '../cells/price-roles.js'
import type { ColumnPlan } from './columns.js'
import type { Table } from '../tables/table.js'

const ROLES = ['time', 'date', 'clock', ...PRICE_ROLES, 'volume', 'quote_volume'] as const
type ChosenRole = (typeof ROLES)[number]

/**
 * Columns as a user names them: in order (`time,open,close,high,low,volume`, `-` passing over
 * one) or by header (`time=date,open=BTC:open`, `#2` being the second column).
 * @throws AppError USAGE
 */
export function chosenColumns(table: Table, text: string): ColumnPlan {
  const isNamed = text.includes('=')
  const chosen = isNamed ? byName(table, text) : byOrder(text)
  const at = (role: ChosenRole): number | undefined => chosen.find(([r]) => r === role)?.[1]
  const prices = PRICE_ROLES.map(role => [role, at(role)] as const)
  const missing = prices.filter(([, index]) => index === undefined).map(([role]) => role)
  if (missing.length > 0) throw usage(text, `lacks ${missing.join(', ')}`)
  if (!isNamed) requireWidth(table, text, chosen.length)
  const time = chosen.filter(([role]) => role === 'time' || role === 'date' || role === 'clock')
  const quote = at('quote_volume')
  return {
    time: time.length === 0 ? undefined : time.map(([, index]) => index),
    ...(Object.fromEntries(prices) as Record<PriceRole, number>),
    volume: at('volume') ?? quote,
    volumeKind: at('volume') === undefined && quote !== undefined ? 'quote' : 'plain',
    notes: [`columns as given: ${text}`],
  }
}

function usage(text: string, what: string): AppError {
  return new AppError('USAGE', `--columns "${text}" ${what}`, {
    hint: `name columns in order, as in time,open,high,low,close,volume, or by header, as in "time=date,open=BTC:open"; roles are ${ROLES.join(', ')}`,
  })
}

function roleOf(text: string, name: string): ChosenRole {
  const role = ROLES.find(known => known === name.trim().toLowerCase())
  if (role === undefined) throw usage(text, `names "${name}", which is no role`)
  return role
}

function byOrder(text: string): [ChosenRole, number][] {
  return text
    .split(',')
    .flatMap((name, i): [ChosenRole, number][] =>
      /^\s*(-|_|skip|)\s*$/i.test(name) ? [] : [[roleOf(text, name), i]],
    )
}

function byName(table: Table, text: string): [ChosenRole, number][] {
  return text.split(',').flatMap((part): [ChosenRole, number][] => {
    const at = part.indexOf('=')
    const role = roleOf(text, part.slice(0, Math.max(at, 0)))
    const names = role === 'time' ? part.slice(at + 1).split('+') : [part.slice(at + 1)]
    return names.map(name => [role, columnOf(table, text, name.trim())])
  })
}

function columnOf(table: Table, text: string, name: string): number {
  const numbered = /^#([1-9]\d*)$/.exec(name)
  if (numbered) return Number(numbered[1]) - 1
  const header = table.header ?? []
  const exact = header.indexOf(name)
  const index = exact >= 0 ? exact : header.findIndex(h => h.toLowerCase() === name.toLowerCase())
  if (index >= 0) return index
  const known =
    header.length === 0 ? 'the file has no header' : `the header is ${header.join(', ')}`
  throw usage(text, `names the column "${name}", but ${known}`)
}

function requireWidth(table: Table, text: string, named: number): void {
  const width = table.sample[0]!.cells.length
  if (named <= width) return
  throw usage(text, `names ${named} columns; "${table.file}" has ${width}`)
}
