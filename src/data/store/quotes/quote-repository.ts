import { formatTime } from '../../../core/candles/time.js'
import type {
  QuoteColumns,
  QuoteRepository,
  QuoteRun,
  RecordedQuote,
} from '../../../core/ports/market/quotes.js'
import type { Database, Session } from '../../postgres/session.js'
import { copyLines, literal } from '../../postgres/sql.js'

/** Quotes in either database. */
export function createQuoteRepository(database: Database): QuoteRepository {
  return {
    begin: run => insertRun(database, run),
    save: (run, quotes) => database.transaction(session => insertQuotes(session, run, quotes)),
    load: symbol => database.transaction(session => loadColumns(session, symbol)),
    list: async () => {
      const rows = await database.query(
        `select symbol, count(*) as quotes from quote_runs join quotes on run_id = id
         group by symbol order by symbol`,
      )
      return rows.map(row => ({ symbol: row['symbol']!, quotes: Number(row['quotes']) }))
    },
  }
}

async function insertRun(session: Session, run: QuoteRun): Promise<number> {
  const [row] = await session.query(
    `insert into quote_runs (symbol, sizes, base_decimals, quote_decimals, adapter, started_at)
     values ($1, $2::text::jsonb, $3::text::smallint, $4::text::smallint, $5, $6::text::timestamptz)
     returning id`,
    [
      run.symbol,
      JSON.stringify(run.sizes),
      String(run.baseDecimals),
      String(run.quoteDecimals),
      run.adapter,
      formatTime(run.startedAt),
    ],
  )
  return Number(row!['id'])
}

async function insertQuotes(
  session: Session,
  run: number,
  quotes: readonly RecordedQuote[],
): Promise<void> {
  const rows = quotes.map(quote => ({
    round: quote.round,
    seq: quote.seq,
    side: quote.side,
    size: quote.size,
    in_amount: quote.inAmount,
    out_amount: quote.outAmount,
    context_slot: quote.slot,
    sent_at: formatTime(quote.sentAt),
    answered_at: formatTime(quote.answeredAt),
    status: quote.status,
    route: quote.route,
  }))
  await session.query(
    `insert into quotes (run_id, round, seq, side, size, in_amount, out_amount, context_slot,
       sent_at, answered_at, status, route)
     select $1::text::bigint, round, seq, side, size, in_amount, out_amount, context_slot,
       sent_at, answered_at, status, route
     from jsonb_to_recordset($2::text::jsonb) as quote (round integer, seq integer, side text,
       size numeric, in_amount numeric, out_amount numeric, context_slot bigint,
       sent_at timestamptz, answered_at timestamptz, status text, route text[])`,
    [String(run), JSON.stringify(rows)],
  )
}

/** A price is money by goods, both in whole coins: the amounts are divided by their units. */
async function loadColumns(session: Session, symbol: string): Promise<QuoteColumns> {
  const [counted] = await session.query(
    `select count(*) as n from quotes join quote_runs on run_id = id where symbol = $1`,
    [symbol],
  )
  const columns = allocate(Number(counted!['n']))
  const query = `select run_id, round, side = 'buy', size,
      case when side = 'buy' then in_amount / out_amount else out_amount / in_amount end
        * 10::numeric ^ (base_decimals - quote_decimals),
      context_slot, extract(epoch from answered_at) * 1000
    from quotes join quote_runs on run_id = id where symbol = ${literal(symbol)}
    order by run_id, round, seq`
  let [i, round, last] = [0, -1, '']
  for await (const lines of copyLines(session.copyOut(`copy (${query}) to stdout`))) {
    for (const line of lines) {
      const [run, number, isBuy, size, price, slot, time] = line.split('\t')
      const key = `${run} ${number}`
      if (key !== last) round++
      last = key
      columns.round[i] = round
      columns.isBuy[i] = isBuy === 't' ? 1 : 0
      columns.size[i] = Number(size)
      columns.price[i] = numberOf(price!)
      columns.slot[i] = numberOf(slot!)
      columns.time[i] = Number(time)
      i++
    }
  }
  return columns
}

function numberOf(text: string): number {
  return text === '\\N' ? NaN : Number(text)
}

function allocate(length: number): QuoteColumns {
  return {
    length,
    round: new Int32Array(length),
    isBuy: new Uint8Array(length),
    size: new Float64Array(length),
    price: new Float64Array(length),
    slot: new Float64Array(length),
    time: new Float64Array(length),
  }
}
