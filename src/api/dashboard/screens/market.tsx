import { useCallback, useState } from 'preact/hooks'
import { useCandles, type CandlePlace } from '../parts/charts/candles.js'
import type { Row } from '../state/candle-rows.js'
import { Chart, chartTime, sideColours, type DrawnChart } from '../parts/charts/chart.js'
import { useLoaded } from '../parts/loaded.js'
import { Nothing, Panel, Terminal, Time, Trouble } from '../parts/words.js'
import { number } from '../state/format.js'
import { orders, positions, session, sessions } from '../state/live.js'
import type { DataSet, Page, Session, Trade } from '../state/resources.js'

const RELOAD_MS = 5_000

/** Candles with what was traded on them. */
export function Market() {
  const sets = useLoaded<Page<DataSet>>('/v1/data-sets?limit=500')
  const [picked, setPicked] = useState<string | null>(null)
  if (sets.value === null)
    return <Nothing what={sets.trouble === '' ? 'Asking the server …' : sets.trouble} />
  const choices = choicesOf(sessions.value ?? [], sets.value.items)
  const own = choices.filter(({ traded }) => traded?.session_id === session.value?.session_id)
  const shown = choices.find(({ name }) => name === picked) ?? own[0] ?? choices[0]
  if (shown === undefined) {
    return (
      <Nothing
        what="No candles are stored yet."
        next={
          <>
            They are fetched in a terminal:{' '}
            <Terminal>assay data fetch SOL-USDC --timeframe 1h --since 2024-01-01</Terminal>
          </>
        }
      />
    )
  }
  return (
    <>
      <label class="choice">
        Market
        <select value={shown.name} onChange={event => setPicked(event.currentTarget.value)}>
          {choices.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Shown key={shown.name} choice={shown} />
    </>
  )
}

/** Candles that may be shown, and the session that trades on them. */
interface Choice {
  readonly name: string
  readonly symbol: string
  readonly place: CandlePlace
  readonly traded: Session | null
}

/** Feeds of sessions first: they go on; then what is stored. */
function choicesOf(running: readonly Session[], sets: readonly DataSet[]): readonly Choice[] {
  const feeds = running
    .filter(({ feed }) => feed !== 'replay')
    .map((one): Choice => {
      const symbol = one.symbols[0] ?? ''
      const name = `${symbol} ${one.timeframe}, as ${one.feed} brings it to ${one.session_id.slice(0, 4)}`
      return { name, symbol, place: { kind: 'feed', session: one }, traded: one }
    })
  const stored = sets.map((set): Choice => {
    const traded = running.find(one => one.feed === 'replay' && isOf(set, one)) ?? null
    // What a session over stored candles has not come to yet lies in the future for it.
    const place = { kind: 'stored', set, until: traded?.candle_closed_at ?? null } as const
    return {
      name: `${set.symbol}@${set.source} ${set.timeframe}`,
      symbol: set.symbol,
      place,
      traded,
    }
  })
  return [...feeds, ...stored]
}

function isOf({ symbol, timeframe }: DataSet, one: Session): boolean {
  return one.symbols.some(name => name.split('@')[0] === symbol) && one.timeframe === timeframe
}

function Shown({ choice: { name, symbol, place, traded } }: { readonly choice: Choice }) {
  const candles = useCandles(place)
  const trades = useLoaded<Page<Trade>>(
    traded === null ? null : `/v1/trades?session=${traded.session_id}&limit=500`,
    RELOAD_MS,
  )
  const rows = candles.rows ?? []
  const closed = trades.value?.items ?? []
  const id = traded?.session_id ?? null
  const held = positions.value.filter(
    ({ session_id: owner, symbol: of }) => owner === id && of.startsWith(symbol.split('@')[0]!),
  )
  const waiting = orders.value.filter(
    ({ session_id: owner, symbol: of }) => owner === id && of.startsWith(symbol.split('@')[0]!),
  )
  const levels = [
    ...held.flatMap(({ stop, entry_price: entry, target }) => [
      { price: entry, title: 'entry', kind: 'accent' as const },
      ...(stop === null ? [] : [{ price: stop, title: 'stop', kind: 'loss' as const }]),
      ...(target === null ? [] : [{ price: target, title: 'target', kind: 'gain' as const }]),
    ]),
    ...waiting.flatMap(({ price, side, kind }) =>
      price === null ? [] : [{ price, title: `${side} ${kind}`, kind: 'accent' as const }],
    ),
  ]
  const drawn = JSON.stringify([rows.at(-1), rows.length, closed.length, levels])
  const draw = useCallback((chart: DrawnChart) => drawCandles(chart, rows, closed, levels), [drawn])
  const last = rows.at(-1)
  return (
    <Panel title={name}>
      <Trouble text={candles.trouble} />
      {last === undefined ? (
        <Nothing what={candles.rows === null ? 'Reading candles …' : 'No candles lie here.'} />
      ) : (
        <>
          <Chart
            label={`${rows.length} candles of ${symbol}, the last close is ${number(last[4])}; ${closed.length} trades have closed`}
            height={420}
            draw={draw}
          />
          <p>
            Last close {number(last[4])}, candle of <Time at={last[0]} />. {closed.length} trades
            have closed.
          </p>
        </>
      )}
    </Panel>
  )
}

interface Level {
  readonly price: number
  readonly title: string
  readonly kind: 'gain' | 'loss' | 'accent'
}

function drawCandles(
  { chart, charts }: DrawnChart,
  rows: readonly Row[],
  trades: readonly Trade[],
  levels: readonly Level[],
): void {
  const colours = sideColours()
  const series = chart.addSeries(charts.CandlestickSeries, {
    upColor: colours.gain,
    downColor: colours.loss,
    wickUpColor: colours.gain,
    wickDownColor: colours.loss,
    borderVisible: false,
  })
  series.setData(
    rows.map(([at, open, high, low, close]) => ({ time: chartTime(at), open, high, low, close })),
  )
  const first = rows[0]?.[0] ?? 0
  const markers = trades
    .flatMap(({ side, entry_time: entry, exit_time: exit, pnl }) => [
      { at: entry, text: side, isEntry: true, pnl },
      { at: exit, text: pnl > 0 ? 'won' : 'lost', isEntry: false, pnl },
    ])
    .filter(({ at }) => at >= first)
    .sort((a, b) => a.at - b.at)
    .map(({ at, text, isEntry, pnl }) => ({
      time: chartTime(at),
      position: isEntry ? ('belowBar' as const) : ('aboveBar' as const),
      shape: isEntry ? ('arrowUp' as const) : ('arrowDown' as const),
      color: isEntry ? colours.accent : pnl > 0 ? colours.gain : colours.loss,
      text,
    }))
  charts.createSeriesMarkers(series, markers)
  for (const { price, title, kind } of levels) {
    series.createPriceLine({
      price,
      title,
      color: colours[kind],
      lineWidth: 1,
      axisLabelVisible: true,
    })
  }
}
