export { bundlePage } from '../src/backtest/page-bundle.js'
export { cachedTemplate } from '../src/data/pglite-template.js'
