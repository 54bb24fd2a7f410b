import { useCallback, useEffect, useState } from 'preact/hooks'
import { ask } from '../../state/client.js'
import { money, percent } from '../../state/format.js'
import { chosenId, performances, session } from '../../state/live.js'
import type { Session } from '../../state/resources.js'
import { Chart, chartTime, lineColours, type DrawnChart } from './chart.js'
import { Table } from '../table.js'
import { Change, Panel } from '../words.js'

type Mark = readonly [number, number]

interface Line {
  readonly one: Session
  /** What it has made since it began, in per cent. */
  readonly marks: readonly Mark[]
}

const POINTS = 400
const RELOAD_MS = 10_000
/** More lines nobody tells apart. */
const LINES_MAX = 8

/** All sessions that run in one picture: what each has made since it began. */
export function Equities({ all }: { readonly all: readonly Session[] }) {
  const lines = useLines(all.slice(0, LINES_MAX))
  const drawn = JSON.stringify(lines.map(({ marks }) => [marks.length, marks.at(-1)]))
  const draw = useCallback((chart: DrawnChart) => drawLines(chart, lines), [drawn])
  const said = lines.map(
    ({ one, marks }) => `${nameOf(one)} ${percent((marks.at(-1)?.[1] ?? 0) / 100)}`,
  )
  return (
    <Panel title="All sessions">
      {lines.length > 0 && (
        <Chart
          label={`What ${lines.length} sessions have made since they began: ${said.join('; ')}`}
          height={300}
          draw={draw}
        />
      )}
      <Table
        caption="Sessions that run"
        keyOf={row => row.session_id}
        rows={all}
        columns={[
          { name: 'Session', cell: row => <Key one={row} place={all.indexOf(row)} /> },
          { name: 'Equity', isFigure: true, cell: row => money(row.equity) },
          {
            name: 'Today',
            isFigure: true,
            cell: row => <Change value={made(row)?.return_today ?? null} as="percent" />,
          },
          {
            name: 'In all',
            isFigure: true,
            cell: row => <Change value={made(row)?.total_return ?? null} as="percent" />,
          },
          {
            name: 'Worst fall',
            isFigure: true,
            cell: row => {
              const fall = made(row)?.max_drawdown ?? null
              return fall === null ? '–' : percent(-fall)
            },
          },
          {
            name: 'Show',
            cell: row => (
              <button
                type="button"
                aria-label={`Show ${nameOf(row)}`}
                aria-pressed={session.value?.session_id === row.session_id}
                onClick={() => (chosenId.value = row.session_id)}
              >
                Show
              </button>
            ),
          },
        ]}
      />
      {all.length > LINES_MAX && <small>The first {LINES_MAX} are drawn.</small>}
    </Panel>
  )
}

function made({ session_id: id }: Session) {
  return performances.value.find(one => one.session_id === id)
}

/** `LIVE SOL-USDC 1h 7f3a`: the mode in a word. */
function nameOf({ mode, symbols, timeframe, session_id: id }: Session): string {
  return `${mode.toUpperCase()} ${symbols.join(', ')} ${timeframe} ${id.slice(0, 4)}`
}

function Key({ one, place }: { readonly one: Session; readonly place: number }) {
  const colours = lineColours()
  return (
    <>
      {place < LINES_MAX && (
        <svg width="26" height="10" aria-hidden="true">
          <line
            x1="0"
            x2="26"
            y1="5"
            y2="5"
            stroke={colours[place % colours.length]}
            stroke-width="3"
            stroke-dasharray={one.mode === 'paper' ? '5 3' : undefined}
          />
        </svg>
      )}{' '}
      {nameOf(one)}
    </>
  )
}

/** The curves of sessions, read again and again; those that are gone stay away. */
function useLines(all: readonly Session[]): readonly Line[] {
  const [lines, setLines] = useState<readonly Line[]>([])
  const ids = all.map(({ session_id: id }) => id).join(' ')
  useEffect(() => {
    const stop = new AbortController()
    const load = async (): Promise<void> => {
      const found = await Promise.all(
        all.map(async one => {
          const { items } = await ask<{ items: readonly Mark[] }>(
            `/v1/sessions/${one.session_id}/equity?points=${POINTS}`,
            { signal: stop.signal },
          )
          const first = items[0]?.[1] ?? 1
          return { one, marks: items.map(([at, value]): Mark => [at, (value / first - 1) * 100]) }
        }),
      )
      if (!stop.signal.aborted) setLines(found)
    }
    const again = (): void => void load().catch(() => undefined)
    again()
    const timer = setInterval(again, RELOAD_MS)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [ids])
  return lines
}

function drawLines({ chart, charts }: DrawnChart, lines: readonly Line[]): void {
  const colours = lineColours()
  lines.forEach(({ one, marks }, place) => {
    const series = chart.addSeries(charts.LineSeries, {
      color: colours[place % colours.length]!,
      lineWidth: 2,
      lineStyle: one.mode === 'paper' ? charts.LineStyle.Dashed : charts.LineStyle.Solid,
      priceFormat: { type: 'custom', formatter: (value: number) => `${value.toFixed(2)} %` },
      title: one.session_id.slice(0, 4),
    })
    series.setData(marks.map(([at, value]) => ({ time: chartTime(at), value })))
  })
}
