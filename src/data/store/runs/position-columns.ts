import type { PositionOutcome, PositionRecord } from '../../../core/ports/research/positions.js'
import type { Session } from '../../postgres/session.js'

type Value = string | number | boolean | null

/** Texts by number, from 1 as arrays of PostgreSQL count. */
class Names {
  readonly texts: string[] = []
  private readonly places = new Map<string, number>()

  placeOf(text: string): number {
    const known = this.places.get(text)
    if (known !== undefined) return known
    this.places.set(text, this.texts.push(text))
    return this.texts.length
  }
}

/** Columns of `run_positions` with the type that each is read as. */
type Columns = Record<string, { readonly type: string; readonly values: readonly Value[] }>

/**
 * Stores the positions of a run with their fills; those stored for the run are replaced.
 * Inside a transaction: otherwise others may see the run without them.
 */
export async function replacePositions(
  session: Session,
  runId: string,
  positions: readonly PositionRecord[],
): Promise<void> {
  await session.query('delete from run_positions where run_id = $1', [runId])
  if (positions.length === 0) return
  const columns = Object.entries(columnsOf(positions))
  const names = columns.map(([name]) => `"${name}"`).join(', ')
  const arrays = columns.map(([, column], k) => arrayOf(column, `$${k + 2}::text`))
  const places = arrays.map(({ sql }) => sql).join(', ')
  await session.query(`insert into run_positions (run_id, ${names}) values ($1, ${places})`, [
    runId,
    ...arrays.map(({ param }) => param),
  ])
}

/** An array as SQL with the text that it is made of: one value where all are the same, which need not be read one by one. */
function arrayOf(
  { type, values }: Columns[string],
  place: string,
): { readonly sql: string; readonly param: string | null } {
  const [first = null] = values
  if (values.length > 1 && values.every(value => value === first)) {
    const param = first === null ? null : String(first)
    return { sql: `array_fill(${place}::${type}, array[${values.length}])`, param }
  }
  return { sql: `${place}::${type}[]`, param: arrayText({ type, values }) }
}

function columnsOf(positions: readonly PositionRecord[]): Columns {
  const [legs, reasons] = [new Names(), new Names()]
  const reasonOf = (reason: string | null): Value => reason && reasons.placeOf(reason)
  const legOf = legNumbers(legs)
  const own = ownColumns(positions, { legOf, reasonOf })
  const fills = fillColumns(positions, { legOf, reasonOf })
  const pairs = legs.texts.map(text => JSON.parse(text) as [string, string])
  return {
    symbols: { type: 'text', values: pairs.map(([symbol]) => symbol) },
    strategies: { type: 'text', values: pairs.map(([, strategy]) => strategy) },
    reasons: { type: 'text', values: reasons.texts },
    ...own,
    ...fills,
  }
}

/** Most positions are of the leg of the one before. */
function legNumbers(legs: Names): Numbering['legOf'] {
  let last: PositionRecord | null = null
  let number = 0
  return position => {
    const isSame = position.symbol === last?.symbol && position.strategy === last.strategy
    if (!isSame) number = legs.placeOf(JSON.stringify([position.symbol, position.strategy]))
    last = position
    return number
  }
}

interface Numbering {
  readonly legOf: (position: PositionRecord) => number
  readonly reasonOf: (reason: string | null) => Value
}

function ownColumns(positions: readonly PositionRecord[], { legOf, reasonOf }: Numbering): Columns {
  const column = (type: string, of: (position: PositionRecord) => Value): Columns[string] => ({
    type,
    values: positions.map(of),
  })
  const outcome = (type: string, name: keyof PositionOutcome): Columns[string] =>
    column(type, position => position.outcome?.[name] ?? null)
  return {
    leg: column('integer', legOf),
    is_long: column('boolean', ({ side }) => side === 'long'),
    is_closed: column('boolean', ({ status }) => status === 'closed'),
    size: column('numeric', ({ size }) => size),
    entry_price: column('numeric', ({ entryPrice }) => entryPrice),
    current_price: column('numeric', ({ currentPrice }) => currentPrice),
    entry_time: column('bigint', ({ entryTime }) => entryTime),
    last_update: column('bigint', ({ lastUpdate }) => lastUpdate),
    pnl: column('numeric', ({ pnl }) => pnl),
    stop_loss: column('numeric', ({ stopLoss }) => stopLoss),
    trailing_stop: column('numeric', ({ trailingStop }) => trailingStop),
    exit_reason: column('integer', ({ exitReason }) => reasonOf(exitReason)),
    fees: outcome('numeric', 'fees'),
    tx_costs: outcome('numeric', 'txCosts'),
    slippage: outcome('numeric', 'slippage'),
    return: outcome('double precision', 'return'),
    candles: outcome('bigint', 'candles'),
    mae: outcome('double precision', 'mae'),
    mfe: outcome('double precision', 'mfe'),
    ambiguous: outcome('boolean', 'ambiguous'),
    entry_tag: outcome('text', 'entryTag'),
    exit_tag: outcome('text', 'exitTag'),
  }
}

function fillColumns(positions: readonly PositionRecord[], numbering: Numbering): Columns {
  const { legOf, reasonOf } = numbering
  const rows = positions.flatMap((position, k) =>
    position.fills.map(fill => ({ fill, place: k + 1, leg: legOf(position) })),
  )
  const column = (type: string, of: (row: (typeof rows)[number]) => Value): Columns[string] => ({
    type,
    values: rows.map(of),
  })
  return {
    fill_position: column('bigint', ({ place }) => place),
    fill_leg: column('integer', ({ leg }) => leg),
    fill_price: column('numeric', ({ fill }) => fill.price),
    fill_size: column('numeric', ({ fill }) => fill.size),
    fill_is_buy: column('boolean', ({ fill }) => fill.side === 'buy'),
    fill_time: column('bigint', ({ fill }) => fill.time),
    fill_fee: column('numeric', ({ fill }) => fill.fee),
    fill_reason: column('integer', ({ fill }) => reasonOf(fill.exitReason)),
  }
}

/** Values as the text of an array. Only those of texts can hold what needs quotes. */
function arrayText({ type, values }: Columns[string]): string {
  const texts = type === 'text' ? values.map(quoted) : values.map(value => value ?? 'NULL')
  return `{${texts.join(',')}}`
}

function quoted(value: Value): string {
  return value === null ? 'NULL' : `"${String(value).replace(/["\\]/g, sign => `\\${sign}`)}"`
}
