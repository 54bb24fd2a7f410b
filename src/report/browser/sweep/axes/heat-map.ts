import type { EChartsCoreOption } from 'echarts/core'
import { byId, typographic } from '../../document/dom.js'
import { formatFixed } from '../../../../core/number-format.js'
import { formatParam, formatScore } from '../../../model/sweep/page-format.js'
import { axisOf, GRID, mountChart, tipLines, tipOf } from '../../charts/mounted-chart.js'
import type { MountedChart, TipParams } from '../../charts/mounted-chart.js'
import { isNarrow, type Look } from '../../charts/look.js'
import { placeOf } from './marginal.js'
import type { SweepPayload } from '../payload.js'
import { drawScaleKey } from './scale-key.js'
import { clip, countScale, scoreScale, type ColourScale } from './scale.js'

type Shown = 'best' | 'mean' | 'count'

/** All cells in one go: 3,600 are few, and layers of some at a time would be drawn apart. */
const AT_ONCE = { progressive: 0 }

/** Room for a label of the vertical axis. */
const LABEL_PX = 16

/** A cell of the map, and where the chart has it. */
interface Cell {
  readonly column: number
  readonly row: number
  readonly seriesIndex: number
  readonly dataIndex: number
}

const MOVES: Readonly<Record<string, readonly [column: number, row: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
}

/** Scores over a pair of axes, with selectors for the pair and for what a cell shows. */
export class HeatMapView {
  private readonly payload: SweepPayload
  private readonly element: HTMLElement
  private readonly view: MountedChart
  private pair = 0
  private shown: Shown = 'best'
  private cells: readonly Cell[] = []
  private cursor = -1

  constructor(payload: SweepPayload, element: HTMLElement) {
    this.payload = payload
    this.element = element
    this.fit()
    this.view = mountChart(
      element,
      look => this.option(look),
      look => Math.min(isNarrow(look) ? 400 : 500, 70 + 64 * this.rows),
    )
    this.view.chart.on('mouseover', event => {
      const at = this.cells.findIndex(
        cell => cell.seriesIndex === event.seriesIndex && cell.dataIndex === event.dataIndex,
      )
      if (at < 0) return
      const { seriesIndex, dataIndex } = this.cells[this.cursor] ?? {}
      if (at !== this.cursor && seriesIndex !== undefined) {
        this.view.chart.dispatchAction({ type: 'downplay', seriesIndex, dataIndex })
      }
      this.tell(at)
    })
    element.addEventListener('keydown', event => this.press(event))
    const select = byId('map-pair') as HTMLSelectElement
    select.addEventListener('change', () => this.choose(Number(select.value), this.shown))
    const buttons = document.querySelectorAll<HTMLElement>('[data-map]')
    for (const button of buttons) {
      button.addEventListener('click', () => {
        for (const other of buttons) other.setAttribute('aria-pressed', String(other === button))
        this.choose(this.pair, button.dataset['map'] as Shown)
      })
    }
  }

  private choose(pair: number, shown: Shown): void {
    if (pair !== this.pair) this.cursor = -1
    this.pair = pair
    this.shown = shown
    this.fit()
    this.view.update()
    if (this.cursor >= 0) this.tell(this.cursor)
  }

  /** Few columns do not fill the page: their cells would look like a flag. */
  private fit(): void {
    this.element.style.maxWidth = `${140 + 110 * this.columns}px`
  }

  private press(event: KeyboardEvent): void {
    const move = MOVES[event.key]
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const columns = this.columns
    const at = this.cursor < 0 ? this.bestAt() : this.cursor
    const [column, row] = this.cursor < 0 ? [0, 0] : move
    const next = {
      column: Math.min(columns - 1, Math.max(0, (at % columns) + column)),
      row: Math.min(this.rows - 1, Math.max(0, Math.floor(at / columns) + row)),
    }
    this.tell(next.row * columns + next.column)
    const { seriesIndex, dataIndex } = this.cells[this.cursor]!
    this.view.chart.dispatchAction({ type: 'downplay' })
    this.view.chart.dispatchAction({ type: 'highlight', seriesIndex, dataIndex })
    this.view.chart.dispatchAction({ type: 'showTip', seriesIndex, dataIndex })
  }

  private get map(): SweepPayload['heatMaps'][number] {
    return this.payload.heatMaps[this.pair]!
  }

  private get columns(): number {
    return this.payload.axes[this.map.x]!.values.length
  }

  private get rows(): number {
    return this.payload.axes[this.map.y]!.values.length
  }

  /** The cell of the best trial; the first one where it stands in none. */
  private bestAt(): number {
    const [column, row] = this.bestPlace() ?? [0, 0]
    return row * this.columns + column
  }

  private bestPlace(): readonly [number, number] | null {
    const { payload, map } = this
    const [x, y] = [map.x, map.y].map(axis =>
      placeOf(payload, axis, payload.trials.values[axis]?.[0] ?? null),
    )
    return typeof x === 'number' && typeof y === 'number' ? [x, y] : null
  }

  private tell(at: number): void {
    this.cursor = at
    const rows = this.rowsOf(at).map(([name, value]) => `${name} ${typographic(value)}`)
    byId('map-cell').textContent = `${this.titleOf(at)}: ${rows.join(', ')}`
  }

  private titleOf(at: number): string {
    const { axes } = this.payload
    const [x, y] = [axes[this.map.x]!, axes[this.map.y]!]
    const column = formatParam(x.values[at % this.columns])
    const row = formatParam(y.values[Math.floor(at / this.columns)])
    return typographic(`${x.name} ${column}, ${y.name} ${row}`)
  }

  private rowsOf(at: number): [string, string][] {
    const { best, mean, count } = this.map
    const unit = this.payload.scoreUnit
    if (!count[at]) return [['trials', 'none']]
    return [
      ['best', formatScore(best[at], unit)],
      ['mean', formatScore(mean[at], unit)],
      ['trials', formatFixed(count[at], 0)],
    ]
  }

  private scale(look: Look): ColourScale {
    const { map, shown } = this
    return shown === 'count'
      ? countScale(map.count, look.counts)
      : scoreScale(map[shown], look.stops)
  }

  private option(look: Look): EChartsCoreOption {
    const scale = this.scale(look)
    const { data, cells } = this.split(scale)
    this.cells = cells
    this.key(scale, data[1].length > 0, data[2].length > 0)
    const [x, y] = [this.payload.axes[this.map.x]!, this.payload.axes[this.map.y]!]
    const best = this.bestPlace()
    const gap = Math.max(x.values.length, y.values.length) > 40 || isNarrow(look) ? 0.5 : 1
    const cell = { borderColor: look.background, borderWidth: gap }
    const category = (axis: typeof x, rest: EChartsCoreOption): EChartsCoreOption =>
      axisOf(look, {
        type: 'category',
        data: axis.values.map(value => typographic(formatParam(value))),
        name: axis.name,
        splitLine: { show: false },
        ...rest,
      })
    const every = Math.ceil((y.values.length * LABEL_PX) / Math.max(1, look.height - 60))
    return {
      grid: GRID,
      xAxis: category(x, { nameGap: 24 }),
      yAxis: category(y, { nameGap: 40, axisLabel: { interval: every - 1 } }),
      tooltip: tipOf(look, params => this.tip(params as TipParams)),
      visualMap: {
        type: 'continuous',
        show: false,
        seriesIndex: 0,
        min: scale.min,
        max: scale.max > scale.min ? scale.max : scale.min + 1e-9,
        inRange: { color: scale.max > scale.min ? [...scale.stops] : [scale.stops.at(-1)!] },
      },
      series: [
        { type: 'heatmap', data: data[0], itemStyle: cell, emphasis: ringOf(look), ...AT_ONCE },
        {
          type: 'heatmap',
          data: data[1],
          itemStyle: { ...cell, color: look.muted, opacity: 0.45 },
          emphasis: ringOf(look),
          ...AT_ONCE,
        },
        {
          type: 'heatmap',
          data: data[2],
          itemStyle: { ...cell, color: hatchOf(look) },
          emphasis: ringOf(look),
          ...AT_ONCE,
        },
        markOf(best, look.background, 6),
        markOf(best, look.strong, 2.5),
      ],
    }
  }

  /** Cells with a number, cells whose trials have no score, and cells without a trial. */
  private split(scale: ColourScale): { data: [Point[], Point[], Point[]]; cells: Cell[] } {
    const data: [Point[], Point[], Point[]] = [[], [], []]
    const cells = this.map.count.map((count, at): Cell => {
      const [column, row] = [at % this.columns, Math.floor(at / this.columns)]
      const value = this.map[this.shown][at] ?? null
      const seriesIndex = count === 0 ? 2 : value === null ? 1 : 0
      const points = data[seriesIndex]
      points.push([column, row, value === null ? 0 : clip(scale, value)])
      return { column, row, seriesIndex, dataIndex: points.length - 1 }
    })
    return { data, cells }
  }

  private key(scale: ColourScale, hasUnscored: boolean, hasEmpty: boolean): void {
    const isCount = this.shown === 'count'
    const text = (value: number): string =>
      isCount ? formatFixed(value, 0) : formatScore(value, this.payload.scoreUnit)
    const name = isCount ? 'trials in a cell' : `${this.shown} ${this.payload.objective}`
    drawScaleKey(byId('map-scale'), scale, name, text, [
      ...(hasEmpty ? [['empty', 'no trial'] as const] : []),
      ...(hasUnscored ? [['unscored', 'no score'] as const] : []),
    ])
  }

  private tip({ seriesIndex, dataIndex }: TipParams): HTMLElement {
    const at = this.cells.findIndex(
      cell => cell.seriesIndex === seriesIndex && cell.dataIndex === dataIndex,
    )
    return tipLines(this.titleOf(Math.max(0, at)), this.rowsOf(Math.max(0, at)))
  }
}

/** A ring; a wide one in the colour of the page goes under it, to part it from any cell. */
function markOf(place: readonly number[] | null, colour: string, width: number): EChartsCoreOption {
  return {
    type: 'scatter',
    data: place ? [place] : [],
    symbolSize: 16,
    silent: true,
    itemStyle: { color: 'transparent', borderColor: colour, borderWidth: width },
    z: 5,
  }
}

type Point = [column: number, row: number, value: number]

function ringOf(look: Look): EChartsCoreOption {
  return { itemStyle: { color: 'inherit', borderColor: look.strong, borderWidth: 2 } }
}

/** Diagonal lines, which no colour of the scale can be taken for. */
function hatchOf(look: Look): { image: HTMLCanvasElement; repeat: string } {
  const image = document.createElement('canvas')
  image.width = image.height = 6
  const context = image.getContext('2d')!
  context.fillStyle = look.background
  context.fillRect(0, 0, 6, 6)
  context.strokeStyle = look.line
  context.beginPath()
  for (const shift of [-6, 0, 6]) {
    context.moveTo(shift, 6)
    context.lineTo(shift + 6, 0)
  }
  context.stroke()
  return { image, repeat: 'repeat' }
}
