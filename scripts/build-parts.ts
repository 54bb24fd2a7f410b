export { bundlePage, PAGE_NAMES } from '../src/report/model/page/page-bundle.js'
export { cachedTemplate } from '../src/data/embedded/pglite-template.js'
