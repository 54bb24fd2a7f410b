import { formatTime } from '../../../core/candles/time.js'
import type { PolledPriceRepository } from '../../../core/ports/market/polled-prices.js'
import type { Database } from '../../postgres/session.js'

/** Polled prices in either database. */
export function createPolledPriceRepository(database: Database): PolledPriceRepository {
  return {
    save: async (symbol, source, prices) => {
      const rows = prices.map(({ price, heardAt, madeAt, slot }) => ({
        heard_at: formatTime(heardAt),
        made_at: formatTime(madeAt),
        slot,
        price,
      }))
      await database.query(
        `insert into polled_prices (symbol, source, heard_at, made_at, slot, price)
         select $1, $2, heard_at, made_at, slot, price
         from jsonb_to_recordset($3::text::jsonb) as polled (heard_at timestamptz,
           made_at timestamptz, slot bigint, price numeric)
         on conflict do nothing`,
        [symbol, source, JSON.stringify(rows)],
      )
    },
  }
}
