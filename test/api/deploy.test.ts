import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
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

/** Expressions of rules and of the board. */
const expressions = [
  ...[...rules.matchAll(/^ {8}expr: '(.+)'$/gm)].map(([, text]) => text!),
  ...(JSON.parse(board) as { panels: { targets: { expr: string }[] }[] }).panels.flatMap(
    ({ targets }) => targets.map(({ expr }) => expr),
  ),
]

/** Places at which Prometheus' own grammar does not understand an expression. */
function misread(text: string): number[] {
  const places: number[] = []
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) places.push(from)
    },
  })
  return places
}

it('rules and board hold what the grammar of Prometheus understands', () => {
  expect(expressions.length).toBeGreaterThan(20)
  for (const text of expressions) expect(misread(text), text).toEqual([])
  for (const text of ['rate(a[5m]', 'a ==', 'sum by (b a', 'a{b=c}'])
    expect(misread(text), text).not.toEqual([])
})

it('rules are a group of alerts, each with what an alert must have and nothing else', () => {
  const [head, ...alerts] = rules.split(/^ {6}- (?=alert: )/m)
  expect(head).toMatch(/^(?:#.*\n)*groups:\n {2}- name: \w+\n {4}rules:\n$/)
  for (const text of alerts) {
    expect(text).toMatch(
      new RegExp(
        "^alert: \\w+\\n {8}expr: '[^'\\n]+'\\n(?: {8}for: \\d+[smh]\\n)?" +
          ' {8}labels:\\n {10}severity: (?:page|warn|none)\\n {8}annotations:\\n' +
          " {10}summary: '[^'\\n]+'\\n {10}runbook: docs/alerts\\.md#\\w+\\n$",
      ),
    )
  }
  expect(alerts).toHaveLength(rules.match(/\balert:/g)!.length)
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

it('a session that systemd starts again goes on: no other one begins beside it', () => {
  expect(read('deploy/assay-session@.service')).toContain(' assay paper --session %i\n')
})

it('an image holds no password that lies beside the files of deploy', () => {
  const left = read('.dockerignore').split('\n')
  for (const name of ['deploy/postgres-password', '.git', 'node_modules']) {
    expect(left).toContain(name)
  }
})
