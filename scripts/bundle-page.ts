export { bundlePage } from '../src/backtest/page-bundle.js'
