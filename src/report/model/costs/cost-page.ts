import type { CostFit, RegimeFit } from '../../../backtest/cost-curve/cost-fit.js'
import { impactBps } from '../../../core/account/costs.js'
import { formatTime } from '../../../core/candles/time.js'
import { formatFixed, formatShort } from '../../../core/number-format.js'
import { ENGINE_VERSION } from '../../../core/version.js'
import { html, type Markup } from '../page/html-text.js'
import { pageHeader } from '../page/page-blocks.js'
import { loadPage, type PageBundle } from '../page/page-bundle.js'
import { pageText } from '../page/page-document.js'
import { writeWholeFile } from '../page/page-file.js'
import { plot, PLOT_STYLE, scale } from '../validation/validation-figures.js'

/** What the page of fitted costs shows. */
export interface CostPageData {
  readonly symbol: string
  readonly fit: CostFit
  /** The name of each regime's preset. */
  readonly names: readonly string[]
}

const REGIMES: Readonly<Record<RegimeFit['regime'], string>> = {
  all: 'All rounds',
  calm: 'Calm rounds',
  busy: 'Busy rounds',
}

/** Writes curves of costs as one HTML file without network. It appears whole or not at all. */
export async function writeCostPage(data: CostPageData, path: string): Promise<void> {
  const bundle = await loadPage('validation-page')
  await writeWholeFile(path, add => add(costPage(data, bundle)))
}

/** The page as text, with the bundle of its script and style. */
export function costPage({ symbol, fit, names }: CostPageData, bundle: PageBundle): string {
  const [all] = fit.fits
  const body = html`<main>
      ${pageHeader({
        title: 'Cost of a market fill',
        on: symbol,
        badge: null,
        facts: [
          html`${formatTime(fit.first).slice(0, 16).replace('T', ' ')} to
          ${formatTime(fit.last).slice(0, 16).replace('T', ' ')} UTC`,
          html`${all!.rounds} rounds, ${fit.discarded} discarded`,
          html`price ${formatShort(fit.mid)}`,
        ],
      })}
      ${fit.fits.map((one, k) => regime(one, names[k]!))}
    </main>
    <footer>
      <p>Assay ${ENGINE_VERSION} · quotes as they were answered, nothing was traded; not advice</p>
    </footer>`
  return pageText({
    title: `Costs · ${symbol}`,
    style: `${bundle.style}\n${PLOT_STYLE}`,
    script: bundle.script,
    body,
  })
}

function regime(fit: RegimeFit, name: string): Markup {
  const { curve, rmse, outOfSample, rounds } = fit
  return html`<section>
    <h2>${REGIMES[fit.regime]} · --impact ${name}</h2>
    <p>
      ${`${formatFixed(curve.a, 2)} bps and ${curve.b.toPrecision(3)} × Q^${formatFixed(curve.g, 2)} for Q in quote coins, from ${rounds} rounds.`}
      ${`Quotes are off by ${formatFixed(rmse, 3)} bps (root mean square); later rounds by ${formatFixed(outOfSample, 3)} bps (median) from a curve of the earlier ones.`}
    </p>
    ${figure(fit)} ${sizesTable(fit)}
  </section>`
}

/** Sizes are spaced by their powers of ten. */
function figure({ sizes, curve, regime: name }: RegimeFit): Markup {
  const known = sizes.filter(({ median }) => !Number.isNaN(median))
  const [low, high] = [known[0]!.size, known[known.length - 1]!.size]
  const top = Math.max(...known.map(({ p95, fitted }) => Math.max(p95, fitted))) * 1.1
  const x = scale(Math.log(low), Math.log(high))
  const y = scale(0, top)
  const at = (size: number): number => x(Math.log(size))
  const points = Array.from({ length: 61 }, (_, k) => {
    const size = Math.exp(Math.log(low) + ((Math.log(high) - Math.log(low)) * k) / 60)
    return `${at(size).toFixed(2)},${(100 - y(impactBps(curve, size))).toFixed(2)}`
  })
  return plot({
    label: `Cost over size, ${REGIMES[name].toLowerCase()}: medians and 95th percentiles of quotes, and the curve`,
    shapes: [
      html`<polyline
        points="${points.join(' ')}"
        style="fill:none;stroke:var(--accent);stroke-width:2"
        vector-effect="non-scaling-stroke"
      />`,
      ...known.flatMap(({ size, median, p95 }) => [
        mark(
          at(size),
          100 - y(median),
          'var(--text)',
          `${formatShort(size)}: median ${formatFixed(median, 2)} bps`,
        ),
        mark(
          at(size),
          100 - y(p95),
          'var(--loss)',
          `${formatShort(size)}: 95 % below ${formatFixed(p95, 2)} bps`,
        ),
      ]),
    ],
    up: [0, top / 2, top].map(value => [y(value), `${formatFixed(value, 1)} bps`]),
    along: [known[0]!, known[Math.floor(known.length / 2)]!, known[known.length - 1]!].map(
      ({ size }) => [at(size), formatShort(size)],
    ),
  })
}

function mark(x: number, y: number, colour: string, title: string): Markup {
  return html`<line
    x1="${x.toFixed(2)}"
    x2="${x.toFixed(2)}"
    y1="${y.toFixed(2)}"
    y2="${(y + 0.01).toFixed(2)}"
    style="stroke:${colour};stroke-width:8;stroke-linecap:round"
    vector-effect="non-scaling-stroke"
  >
    <title>${title}</title>
  </line>`
}

function sizesTable({ sizes }: RegimeFit): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Size</th>
          <th scope="col" class="number">Quotes</th>
          <th scope="col" class="number">Without a price</th>
          <th scope="col" class="number">Median, bps</th>
          <th scope="col" class="number">95 %, bps</th>
          <th scope="col" class="number">Curve, bps</th>
        </tr>
      </thead>
      <tbody>
        ${sizes.map(
          one =>
            html`<tr>
              <th scope="row">${formatShort(one.size)}</th>
              <td class="number">${one.asked}</td>
              <td class="number">${one.failed}</td>
              ${[one.median, one.p95, one.fitted].map(
                value =>
                  html`<td class="number">${Number.isNaN(value) ? '' : formatFixed(value, 2)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
