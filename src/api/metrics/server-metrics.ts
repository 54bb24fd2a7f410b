import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type LabelValues,
} from 'prom-client'
import { METRICS, type MetricName, type MetricSpec } from './metric-catalogue.js'

type Labels = LabelValues<string>

/** The metrics of one server, in a registry of its own. */
export class ServerMetrics {
  readonly registry = new Registry()
  private readonly counters = new Map<string, Counter>()
  private readonly gauges = new Map<string, Gauge>()
  private readonly histograms = new Map<string, Histogram>()

  constructor() {
    collectDefaultMetrics({ register: this.registry })
    for (const [name, spec] of Object.entries<MetricSpec>(METRICS)) this.make(name, spec)
  }

  /** Adds to a counter. */
  count(name: MetricName, labels: Labels = {}, by = 1): void {
    if (Number.isFinite(by)) this.counters.get(name)!.inc(labels, by)
  }

  /** Sets a gauge. */
  set(name: MetricName, value: number, labels: Labels = {}): void {
    if (Number.isFinite(value)) this.gauges.get(name)!.set(labels, value)
  }

  /** Adds a value to a histogram. */
  observe(name: MetricName, value: number, labels: Labels = {}): void {
    if (Number.isFinite(value)) this.histograms.get(name)!.observe(labels, value)
  }

  /** Takes all values of a gauge away: what is not set again is not there any more. */
  clear(name: MetricName): void {
    this.gauges.get(name)!.reset()
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.registry.metrics()
  }

  private make(name: string, { kind, help, labels, buckets }: MetricSpec): void {
    const options = { name, help, labelNames: [...labels], registers: [this.registry] }
    if (kind === 'gauge') this.gauges.set(name, new Gauge(options))
    else if (kind === 'histogram') {
      this.histograms.set(name, new Histogram({ ...options, buckets: [...buckets!] }))
    } else {
      const counter = new Counter(options)
      // A counter that is not there until its first error hides that error from rate().
      if (labels.length === 0) counter.inc(0)
      this.counters.set(name, counter)
    }
  }
}
