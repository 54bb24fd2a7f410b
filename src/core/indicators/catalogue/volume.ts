import type { CatalogueEntry } from './entry.js'
import { easeOfMovement, forceIndex, mfi } from '../volume/volume-flow.js'
import { quoteVolume } from '../volume/volume-window.js'
import {
  accumulationDistribution,
  chaikinMoneyFlow,
  chaikinOscillator,
  obv,
} from '../volume/volume.js'
import { dailyVwap, vwap } from '../volume/vwap.js'

/** Volume. */
export const trading: readonly CatalogueEntry[] = [
  {
    name: 'obv',
    family: 'volume',
    signature: '',
    description: 'On-balance volume from 0 at the first candle; only its changes mean something.',
    formula: 'https://en.wikipedia.org/wiki/On-balance_volume',
    outputs: [],
    grows: [0, 1],
    example: () => obv(),
  },
  {
    name: 'accumulationDistribution',
    family: 'volume',
    signature: '',
    description:
      'Volume weighed by the place of the close, summed; only its changes mean something.',
    formula: 'https://en.wikipedia.org/wiki/Accumulation/distribution_index',
    outputs: [],
    grows: [0, 1],
    example: () => accumulationDistribution(),
  },
  {
    name: 'chaikinOscillator',
    family: 'volume',
    signature: 'fast = 3, slow = 10',
    description: 'Difference of two averages of the accumulation/distribution line.',
    formula: 'https://en.wikipedia.org/wiki/Chaikin_Analytics',
    outputs: [],
    grows: [0, 1],
    example: () => chaikinOscillator(3, 10),
  },
  {
    name: 'chaikinMoneyFlow',
    family: 'volume',
    signature: 'period',
    description:
      'Volume weighed by the place of the close, over all volume, -1 to 1; 0 where nothing was traded.',
    formula:
      'https://chartschool.stockcharts.com/table-of-contents/technical-indicators-and-overlays/technical-indicators/chaikin-money-flow-cmf',
    outputs: [],
    grows: [0, 0],
    example: () => chaikinMoneyFlow(20),
  },
  {
    name: 'mfi',
    family: 'volume',
    signature: 'period',
    description: 'Money flow index, 0 to 100; 50 where no money flowed.',
    formula: 'https://en.wikipedia.org/wiki/Money_flow_index',
    outputs: [],
    grows: [0, 0],
    example: () => mfi(14),
  },
  {
    name: 'forceIndex',
    family: 'volume',
    signature: 'period = 13',
    description: 'Average of the change times volume.',
    formula: 'https://en.wikipedia.org/wiki/Force_index',
    outputs: [],
    grows: [1, 1],
    example: () => forceIndex(13),
  },
  {
    name: 'easeOfMovement',
    family: 'volume',
    signature: 'period = 14, scale = 100_000_000',
    description: 'How far the price moves for its volume; 0 for a candle without volume.',
    formula: 'https://en.wikipedia.org/wiki/Ease_of_movement',
    outputs: [],
    grows: [2, -1],
    example: () => easeOfMovement(14),
  },
  {
    name: 'vwap',
    family: 'volume',
    signature: 'period',
    description:
      'Volume weighted average price of a rolling window; simple where nothing was traded.',
    formula: 'https://en.wikipedia.org/wiki/Volume-weighted_average_price',
    outputs: [],
    grows: [1, 0],
    example: () => vwap(20),
  },
  {
    name: 'dailyVwap',
    family: 'volume',
    signature: '',
    description: 'Volume weighted average price since the UTC day began.',
    formula: 'https://en.wikipedia.org/wiki/Volume-weighted_average_price',
    outputs: [],
    grows: [1, 0],
    example: () => dailyVwap(),
  },
  {
    name: 'quoteVolume',
    family: 'volume',
    signature: 'windowMs',
    description:
      'Volume times close of the candles closed in the last `windowMs`; by time, so gaps do not stretch it.',
    outputs: [],
    grows: [1, 1],
    example: () => quoteVolume(86_400_000),
  },
]
