import { useEffect, useRef, useState } from 'preact/hooks'
import type { Row } from '../../state/candle-rows.js'
import { isUtc } from '../../state/format.js'
import type { Trade } from '../../state/resources.js'
import { ChartPlace } from './chart.js'
import { CandleDrawing, type Level, type Move } from './candle-drawing.js'

const MOVES: readonly (readonly [Move, string])[] = [
  ['earlier', 'Earlier'],
  ['later', 'Later'],
  ['closer', 'Closer'],
  ['wider', 'Wider'],
  ['newest', 'Newest'],
]

interface CandleChartProps {
  /** For those who do not see it: what it shows, in a sentence. */
  readonly label: string
  readonly height: number
  readonly rows: readonly Row[]
  readonly trades: readonly Trade[]
  readonly levels: readonly Level[]
  /** Somebody comes near the first candle. */
  readonly onOlder: () => void
}

/** A chart of candles that is moved by hand, by wheel and by buttons. */
export function CandleChart({ label, height, rows, trades, levels, onOlder }: CandleChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const [drawing, setDrawing] = useState<CandleDrawing | null>(null)
  const older = useRef(onOlder)
  older.current = onOlder
  const utc = isUtc.value
  useEffect(() => {
    let made: CandleDrawing | null = null
    let isGone = false
    void import('lightweight-charts').then(charts => {
      if (isGone || place.current === null) return
      const options = { place: place.current, height, charts, onOlder: () => older.current() }
      made = new CandleDrawing(options)
      setDrawing(made)
    })
    return () => {
      isGone = true
      made?.end()
      setDrawing(null)
    }
  }, [height])
  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    const colour = (): void => drawing?.colour()
    colour()
    scheme.addEventListener('change', colour)
    return () => scheme.removeEventListener('change', colour)
  }, [drawing, utc])
  useEffect(() => drawing?.show(rows), [drawing, rows])
  useEffect(() => drawing?.showTrades(trades), [drawing, trades])
  const across = JSON.stringify(levels)
  useEffect(() => drawing?.showLevels(levels), [drawing, across])
  return (
    <>
      <ChartPlace {...{ place, label, height }} />
      <div class="moves" role="group" aria-label="Move the chart">
        {MOVES.map(([how, name]) => (
          <button key={how} type="button" onClick={() => drawing?.move(how)}>
            {name}
          </button>
        ))}
      </div>
    </>
  )
}
