import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { METRICS } from '../../src/api/metrics/metric-catalogue.js'

const REPOSITORY = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8')
const rules = read('deploy/prometheus-rules.yaml')
const board = read('deploy/grafana.json')

/** Metrics that the package for Prometheus has of its own. */
const DEFAULTS = ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']

/** Names of metrics in expressions, without the endings that histograms have. */
function named(text: string): string[] {
  const found = text.match(/\b(?:assay|process|nodejs)_[a-z0-9_]+/g) ?? []
  return [...new Set(found.map(name => name.replace(/_(?:bucket|sum|count)$/, '')))]
}

it.each([
  ['rules of alerts', rules],
  ['board of Grafana', board],
])('the %s name metrics that there are', (_, text) => {
  const known = new Set([...Object.keys(METRICS), ...DEFAULTS])
  expect(named(text).length).toBeGreaterThan(8)
  expect(named(text).filter(name => !known.has(name))).toEqual([])
})

it('each alert has a heading with what to do, and each heading an alert', () => {
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
  const headings = [...read('docs/alerts.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
  expect(headings).toEqual(alerts)
  expect(alerts).toContain('Watchdog')
})

it('the board is read as JSON, each panel with an expression', () => {
  const { panels } = JSON.parse(board) as { panels: { targets: { expr: string }[] }[] }
  for (const { targets } of panels) for (const { expr } of targets) expect(expr).not.toBe('')
})

it.each(['assay-serve.service', 'assay-session@.service'])(
  '%s has nothing but sections and assignments, and runs as a user of its own',
  name => {
    const lines = read(`deploy/${name}`).split('\n').filter(Boolean)
    for (const line of lines) expect(line).toMatch(/^(\[\w+\]|\w+=.+)$/)
    expect(lines).toContain('User=assay')
    expect(lines).toContain('NoNewPrivileges=yes')
  },
)
