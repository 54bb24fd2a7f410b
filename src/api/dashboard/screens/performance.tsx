import { useCallback, useState } from 'preact/hooks'
import { Chart, chartTime, sideColours, type DrawnChart } from '../parts/charts/chart.js'
import { Equities } from '../parts/charts/equities.js'
import { useLoaded } from '../parts/loaded.js'
import { Table } from '../parts/table.js'
import { Change, Nothing, Panel, Time, Trouble } from '../parts/words.js'
import { money, number, percent } from '../state/format.js'
import { performances, session, sessions } from '../state/live.js'
import type { Page, Trade } from '../state/resources.js'

type Mark = readonly [number, number]

const RELOAD_MS = 5_000
/** Trades that are shown at once. */
const STEP = 25

/** What the session has made: its curve, its drawdown, its trades. */
export function PerformanceScreen() {
  const one = session.value
  const id = one?.session_id ?? null
  const curve = useLoaded<{ items: readonly Mark[] }>(
    id === null ? null : `/v1/sessions/${id}/equity`,
    RELOAD_MS,
  )
  const trades = useLoaded<Page<Trade>>(
    id === null ? null : `/v1/trades?session=${id}&limit=1000`,
    RELOAD_MS,
  )
  const marks = curve.value?.items ?? []
  const drawn = `${marks.length} ${marks.at(-1)?.[0] ?? 0}`
  const draw = useCallback((chart: DrawnChart) => drawEquity(chart, marks), [drawn])
  if (one === null) {
    return <Nothing what="No session runs." next={<a href="#/now">How one begins</a>} />
  }
  const made = performances.value.find(({ session_id: owner }) => owner === id)
  const all = sessions.value ?? []
  const values = marks.map(([, value]) => value)
  return (
    <>
      {all.length > 1 && <Equities all={all} />}
      <Panel
        title={
          all.length > 1
            ? `Equity and drawdown of ${one.symbols.join(', ')} ${one.session_id.slice(0, 4)}`
            : 'Equity and drawdown'
        }
      >
        <Trouble text={curve.trouble} />
        {marks.length < 2 ? (
          <Nothing what="The session has closed no two candles yet." />
        ) : (
          <>
            <Chart
              label={`Equity from ${money(values[0])} to ${money(values.at(-1))}, lowest ${money(Math.min(...values))}, highest ${money(Math.max(...values))}`}
              height={360}
              draw={draw}
            />
            <p>
              From {money(values[0])} to {money(values.at(-1))}; lowest {money(Math.min(...values))}
              , highest {money(Math.max(...values))}. Worst drawdown{' '}
              {percent(made?.max_drawdown ? -made.max_drawdown : 0)}. Fees {money(made?.fees)}.
            </p>
          </>
        )}
      </Panel>
      <Trades rows={trades.value?.items ?? []} />
    </>
  )
}

/** Trades that closed, the last first. */
function Trades({ rows }: { readonly rows: readonly Trade[] }) {
  const [most, setMost] = useState(STEP)
  return (
    <Panel title="Trades">
      {rows.length === 0 ? (
        <Nothing what="No trade has closed yet." />
      ) : (
        <Table
          caption="Trades, the last first"
          keyOf={row => String(row.number)}
          isStacked
          rows={rows.slice(0, most)}
          columns={[
            { name: 'Market', cell: row => row.symbol ?? '–' },
            { name: 'Strategy', cell: row => row.strategy },
            { name: 'Side', cell: row => row.side },
            { name: 'In', cell: row => <Time at={row.entry_time} /> },
            { name: 'Out', cell: row => <Time at={row.exit_time} /> },
            { name: 'Size', isFigure: true, cell: row => number(row.size) },
            { name: 'At', isFigure: true, cell: row => number(row.entry_price) },
            { name: 'Left at', isFigure: true, cell: row => number(row.exit_price) },
            {
              name: 'Result',
              isFigure: true,
              cell: row => <Change value={row.pnl} as="money" />,
            },
            { name: 'Return', isFigure: true, cell: row => percent(row.return) },
            { name: 'Why', cell: row => (row.exit_reason ?? '').replaceAll('_', ' ') },
          ]}
        />
      )}
      {rows.length > most && (
        <button type="button" onClick={() => setMost(most + 4 * STEP)}>
          Show more of {rows.length}
        </button>
      )}
    </Panel>
  )
}

function drawEquity({ chart, charts }: DrawnChart, marks: readonly Mark[]): void {
  const colours = sideColours()
  const equity = chart.addSeries(charts.AreaSeries, {
    lineColor: colours.accent,
    topColor: `${colours.accent}55`,
    bottomColor: `${colours.accent}05`,
    lineWidth: 2,
    title: 'equity',
  })
  equity.setData(marks.map(([at, value]) => ({ time: chartTime(at), value })))
  const fall = chart.addSeries(
    charts.AreaSeries,
    {
      lineColor: colours.loss,
      topColor: `${colours.loss}05`,
      bottomColor: `${colours.loss}55`,
      lineWidth: 1,
      title: 'drawdown %',
    },
    1,
  )
  let peak = -Infinity
  fall.setData(
    marks.map(([at, value]) => {
      peak = Math.max(peak, value)
      return { time: chartTime(at), value: (value / peak - 1) * 100 }
    }),
  )
  chart.panes()[1]?.setHeight(110)
}
