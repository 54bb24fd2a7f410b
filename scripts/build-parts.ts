export { bundlePage, PAGE_NAMES } from '../src/backtest/page-bundle.js'
export { cachedTemplate } from '../src/data/pglite-template.js'
