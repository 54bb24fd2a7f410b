import { readTime, type DateOrder } from '../cells/clock-times.js'
import type { TimeFormat } from '../tables/options.js'
import type { Table } from '../tables/table.js'
import { DATE_ORDERS } from '../cells/time-kinds.js'
import type { LocalSource } from './times.js'

const HAS_ORDER = /^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)/

/**
 * The orders of day, month and year that no date of the file contradicts. Looks at the whole file
 * where its beginning does not decide; one date with a day above 12 does.
 */
export async function possibleOrders(
  table: Table,
  { columns, kind }: LocalSource,
  chosen: TimeFormat | undefined,
): Promise<readonly DateOrder[]> {
  if (kind === 'serial') return ['ymd']
  const said = DATE_ORDERS.find(order => order === chosen)
  if (said !== undefined) return [said]
  const column = columns[0]!
  const dates = new OrderSieve()
  for (const { cells } of table.sample) dates.see((cells[column] ?? '').trim())
  if (dates.orders.length > 1 && !table.isWhole) {
    await table.read(
      cells => dates.see((cells[column] ?? '').trim()),
      () => undefined,
    )
  }
  return dates.orders
}

/** Orders that all dates so far allow. A date that none allows is no date, and decides nothing. */
class OrderSieve {
  orders: readonly DateOrder[] = ['ymd']
  private isOpen = false

  see(text: string): void {
    if (!HAS_ORDER.test(text)) return
    if (!this.isOpen) {
      this.isOpen = true
      this.orders = DATE_ORDERS
    }
    if (this.orders.length === 1) return
    const left = this.orders.filter(order => readTime(text, order) !== undefined)
    if (left.length > 0) this.orders = left
  }
}
