import { age, money, number, percent } from '../state/format.js'
import {
  alerts,
  chosenId,
  events,
  heardAt,
  isOld,
  isStreaming,
  now,
  orders,
  performances,
  positions,
  session,
  sessions,
  unseen,
} from '../state/live.js'
import type { Position, Session } from '../state/resources.js'
import { Alerts } from '../parts/alerts.js'
import { EventList } from '../parts/event-list.js'
import { Table } from '../parts/table.js'
import { Change, Nothing, Panel, Terminal, Time } from '../parts/words.js'

/** What an operator needs at 3 a.m.: am I in the market, is it alive, what is wrong. */
export function Now() {
  const all = sessions.value
  if (all === null) return <Nothing what="Asking the server …" />
  const shown = session.value
  if (shown === null) {
    return (
      <>
        {(alerts.value?.length ?? 0) > 0 && <Alerts />}
        <Nothing
          what="No session runs."
          next={
            <>
              A session begins in a terminal:{' '}
              <Terminal>assay paper ma_crossover --symbol SOL-USDC --timeframe 1m</Terminal>
            </>
          }
        />
      </>
    )
  }
  return (
    <div class={isOld.value ? 'old' : ''}>
      {all.length > 1 && <Choice all={all} shown={shown} />}
      <Headline session={shown} />
      {unseen.value > 0 && <Alerts />}
      <Standing session={shown} />
      {unseen.value === 0 && <Alerts />}
      <Positions session={shown} />
      <Orders session={shown} />
      <Panel title="Events">
        <EventList
          items={events.value.filter(one => one.session_id === shown.session_id).slice(0, 20)}
        />
      </Panel>
    </div>
  )
}

function Choice({ all, shown }: { readonly all: readonly Session[]; readonly shown: Session }) {
  return (
    <label class="choice">
      Session
      <select
        value={shown.session_id}
        onChange={event => (chosenId.value = event.currentTarget.value)}
      >
        {all.map(one => (
          <option key={one.session_id} value={one.session_id}>
            {one.mode} {one.symbols.join(', ')} {one.strategies.join(', ')}{' '}
            {one.session_id.slice(0, 8)}
          </option>
        ))}
      </select>
    </label>
  )
}

const TRADING: Readonly<Record<string, string>> = {
  active: 'trading',
  reducing: 'paused: exits only',
  halted: 'HALTED',
}

/** Whether it runs, and whether it is in the market: before all else. */
function Headline({ session: one }: { readonly session: Session }) {
  const held = positions.value.filter(({ session_id: id }) => id === one.session_id)
  const state =
    one.state === 'gone' ? 'GONE: nobody runs it' : (TRADING[one.trading] ?? one.trading)
  return (
    <section class="headline" aria-label="Whether it is in the market">
      <p class={`mode ${one.mode}`}>
        <strong>{one.mode.toUpperCase()}</strong> {state}
      </p>
      <p class="market">
        {held.length === 0 ? 'Out of the market' : `In the market: ${held.map(inWords).join(', ')}`}
      </p>
    </section>
  )
}

/** What it makes, and how fresh that is. */
function Standing({ session: one }: { readonly session: Session }) {
  const made = performances.value.find(({ session_id: id }) => id === one.session_id)
  return (
    <section class="standing" aria-label="How it stands">
      <dl>
        <Figure name="Today">
          <Change value={made?.return_today ?? null} as="percent" />
        </Figure>
        <Figure name="Equity">{money(one.equity)}</Figure>
        <Figure name="Since it began">
          <Change value={made?.total_return ?? null} as="percent" />
        </Figure>
        <Figure name="Drawdown">
          {percent(made?.drawdown === undefined || made.drawdown === null ? null : -made.drawdown)}
        </Figure>
        <Figure name="Trades">
          {made === undefined ? '–' : `${made.trades}, ${made.trades_won} won`}
        </Figure>
        <Figure name="Exposure">
          {made?.exposure === undefined || made.exposure === null
            ? '–'
            : `${(made.exposure * 100).toFixed(0)} %`}
        </Figure>
      </dl>
      <p class="lamps">
        <Lamp
          name="page"
          isGood={isStreaming.value && !isOld.value}
          text={age(now.value - heardAt.value)}
        />
        <Lamp name="session" isGood={one.state === 'running'} text={one.state} />
        <Lamp
          name="market"
          isGood={!one.feed_stale}
          text={one.feed === 'replay' ? 'stored candles' : age(one.feed_age_ms)}
        />
        <span>
          last close <Time at={one.candle_closed_at} />
        </span>
      </p>
    </section>
  )
}

function inWords({ quantity, symbol }: Position): string {
  return `${quantity > 0 ? 'long' : 'short'} ${number(Math.abs(quantity))} ${symbol}`
}

function Figure({
  name,
  children,
}: {
  readonly name: string
  readonly children: preact.ComponentChildren
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Lamp({
  name,
  isGood,
  text,
}: {
  readonly name: string
  readonly isGood: boolean
  readonly text: string
}) {
  return (
    <span class={`lamp ${isGood ? 'good' : 'bad'}`}>
      <span aria-hidden="true">{isGood ? '●' : '▲'}</span> {name} {text}
      {isGood ? '' : ' !'}
    </span>
  )
}

function Positions({ session: one }: { readonly session: Session }) {
  const held = positions.value.filter(({ session_id: id }) => id === one.session_id)
  return (
    <Panel title="Positions">
      {held.length === 0 ? (
        <Nothing what="It holds nothing." />
      ) : (
        <Table
          caption="Open positions"
          isStacked
          keyOf={row => `${row.strategy} ${row.symbol}`}
          rows={held}
          columns={[
            { name: 'Market', cell: row => row.symbol },
            { name: 'Strategy', cell: row => row.strategy },
            { name: 'Quantity', isFigure: true, cell: row => number(row.quantity) },
            { name: 'Entry', isFigure: true, cell: row => number(row.entry_price) },
            { name: 'Price', isFigure: true, cell: row => number(row.price) },
            {
              name: 'Result',
              isFigure: true,
              cell: row => <Change value={row.unrealised} as="money" />,
            },
            {
              name: 'Stop',
              isFigure: true,
              cell: row => (row.stop === null ? <b class="loss">NO STOP</b> : number(row.stop)),
            },
            { name: 'Target', isFigure: true, cell: row => number(row.target) },
            { name: 'Since', cell: row => <Time at={row.opened_at} /> },
          ]}
        />
      )}
    </Panel>
  )
}

function Orders({ session: one }: { readonly session: Session }) {
  const open = orders.value.filter(({ session_id: id }) => id === one.session_id)
  return (
    <Panel title="Orders">
      {open.length === 0 ? (
        <Nothing what="No order waits." />
      ) : (
        <Table
          caption="Open orders"
          isStacked
          keyOf={row => `${row.strategy} ${row.symbol} ${row.id}`}
          rows={open}
          columns={[
            { name: 'Order', cell: row => row.id },
            { name: 'Market', cell: row => row.symbol },
            { name: 'Strategy', cell: row => row.strategy },
            { name: 'Side', cell: row => row.side },
            { name: 'Kind', cell: row => row.kind },
            {
              name: 'Price',
              isFigure: true,
              cell: row => (row.price === null ? 'market' : number(row.price)),
            },
            { name: 'Left', isFigure: true, cell: row => number(row.size) },
            { name: 'State', cell: row => row.state },
          ]}
        />
      )}
    </Panel>
  )
}
