import type { CatalogueEntry } from './entry.js'
import { aroon } from '../trend/aroon.js'
import { adx, dx, minusDi, plusDi } from '../trend/directional.js'
import { ichimoku } from '../trend/ichimoku.js'
import { linearRegressionSlope } from '../bands/regression.js'
import { psar, supertrend } from '../trend/trailing.js'
import { vortex } from '../trend/vortex.js'

/** Trends. */
export const trending: readonly CatalogueEntry[] = [
  {
    name: 'aroon',
    family: 'trend',
    signature: 'period',
    description:
      'How recent the highest high and the lowest low are, 0 to 100, and their difference.',
    formula:
      'https://www.fidelity.com/learning-center/trading-investing/technical-analysis/technical-indicator-guide/aroon-indicator',
    outputs: ['up', 'down', 'oscillator'],
    grows: [0, 0],
    example: () => aroon(25),
  },
  {
    name: 'plusDi',
    family: 'trend',
    signature: 'period',
    description: 'Plus directional indicator, 0 to 100; 0 where there is no range.',
    formula: 'https://en.wikipedia.org/wiki/Average_directional_movement_index',
    outputs: [],
    grows: [0, 0],
    example: () => plusDi(14),
  },
  {
    name: 'minusDi',
    family: 'trend',
    signature: 'period',
    description: 'Minus directional indicator, 0 to 100; 0 where there is no range.',
    formula: 'https://en.wikipedia.org/wiki/Average_directional_movement_index',
    outputs: [],
    grows: [0, 0],
    example: () => minusDi(14),
  },
  {
    name: 'dx',
    family: 'trend',
    signature: 'period',
    description: 'Directional movement index, 0 to 100; 0 where there is no direction.',
    formula: 'https://en.wikipedia.org/wiki/Average_directional_movement_index',
    outputs: [],
    grows: [0, 0],
    example: () => dx(14),
  },
  {
    name: 'adx',
    family: 'trend',
    signature: 'period',
    description: 'Average directional index, 0 to 100: the strength of a trend.',
    formula: 'https://en.wikipedia.org/wiki/Average_directional_movement_index',
    outputs: [],
    grows: [0, 0],
    example: () => adx(14),
  },
  {
    name: 'psar',
    family: 'trend',
    signature: 'step = 0.02, limit = 0.2',
    description: 'Parabolic stop and reverse.',
    formula: 'https://en.wikipedia.org/wiki/Parabolic_SAR',
    outputs: [],
    grows: [1, 0],
    example: () => psar(),
  },
  {
    name: 'supertrend',
    family: 'trend',
    signature: 'period = 10, factor = 3',
    description:
      'A stop some average true ranges away that only tightens. `direction` is 1 up, -1 down.',
    formula: 'https://www.tradingview.com/support/solutions/43000634738-supertrend/',
    outputs: ['value', 'direction'],
    grows: [1, 0],
    ratios: ['direction'],
    example: () => supertrend(10, 3),
  },
  {
    name: 'ichimoku',
    family: 'trend',
    signature: 'conversion = 9, base = 26, span = 52, shift = 26',
    description:
      'Middles of ranges, and the cloud as drawn at this candle, so nothing ahead of it. No lagging span.',
    formula: 'https://en.wikipedia.org/wiki/Ichimoku_Kink%C5%8D_Hy%C5%8D',
    outputs: ['conversion', 'base', 'spanA', 'spanB'],
    grows: [1, 0],
    example: () => ichimoku(),
  },
  {
    name: 'vortex',
    family: 'trend',
    signature: 'period',
    description: 'Upward and downward movement over true range; 1 where there is no range.',
    formula: 'https://en.wikipedia.org/wiki/Vortex_indicator',
    outputs: ['plus', 'minus'],
    grows: [0, 0],
    example: () => vortex(14),
  },
  {
    name: 'linearRegressionSlope',
    family: 'trend',
    signature: "period, source = 'close'",
    description: 'Slope of the least squares line, per candle.',
    formula: 'https://en.wikipedia.org/wiki/Simple_linear_regression',
    outputs: [],
    grows: [1, 0],
    example: () => linearRegressionSlope(14),
  },
]
