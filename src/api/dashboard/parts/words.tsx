import type { ComponentChildren } from 'preact'
import { bothTimes, percent, signed, time, zone } from '../state/format.js'

/** A time with its zone; both zones for whoever points at it. */
export function Time({ at }: { readonly at: number | string | null | undefined }) {
  if (at === null || at === undefined) return <span>–</span>
  return (
    <time dateTime={new Date(at).toISOString()} title={bothTimes(at)}>
      {time(at)} <small>{zone()}</small>
    </time>
  )
}

/** A gain or a loss: sign, shape and colour. */
export function Change({
  value,
  as,
}: {
  readonly value: number | null
  readonly as: 'percent' | 'money'
}) {
  if (value === null) return <span class="none">–</span>
  const side = value > 0 ? 'gain' : value < 0 ? 'loss' : ''
  const mark = value > 0 ? '▲ ' : value < 0 ? '▼ ' : ''
  return (
    <span class={side}>
      <span aria-hidden="true">{mark}</span>
      {as === 'percent' ? percent(value) : signed(value)}
    </span>
  )
}

/** What stands where there is nothing yet: what it would be, and the next step. */
export function Nothing({
  what,
  next,
}: {
  readonly what: string
  readonly next?: ComponentChildren
}) {
  return (
    <div class="nothing">
      <p>{what}</p>
      {next !== undefined && <p>{next}</p>}
    </div>
  )
}

/** A command for a terminal. */
export function Terminal({ children }: { readonly children: string }) {
  return <code class="terminal">{children}</code>
}

/** A part of a screen under a heading. */
export function Panel({
  title,
  children,
  aside,
}: {
  readonly title: string
  readonly children: ComponentChildren
  readonly aside?: ComponentChildren
}) {
  return (
    <section class="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** What went wrong, told at once to those who listen. */
export function Trouble({ text }: { readonly text: string }) {
  return text === '' ? null : (
    <p class="trouble" role="alert">
      {text}
    </p>
  )
}
