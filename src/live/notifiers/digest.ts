import type { Parcel } from './channel.js'
import { headOf, type Message, type Urgency } from './notice.js'

/** Above so many, only counts and the gravest are told. */
const TOLD_MAX = 8
const RANK: Readonly<Record<Urgency, number>> = { alarm: 2, warning: 1, info: 0 }

/** Wraps what piled up: one message as it is, several as a digest, the gravest first. */
export function parcelOf(messages: readonly Message[], lost: number): Parcel {
  const [first] = messages as readonly [Message, ...Message[]]
  const urgency = messages.reduce<Urgency>(
    (gravest, one) => (RANK[one.urgency] > RANK[gravest] ? one.urgency : gravest),
    'info',
  )
  if (messages.length === 1 && lost === 0) {
    const text = [headOf(first), first.what, first.todo].join('\n')
    return { messages, lost, urgency, title: first.what, text }
  }
  const title = `${messages.length} messages: ${countsOf(messages)}`
  const lines = [title, ...(lost > 0 ? [`${lost} earlier ones were lost.`] : [])]
  for (const one of gravestFirst(messages).slice(0, TOLD_MAX))
    lines.push('', headOf(one), one.what, one.todo)
  const rest = messages.length - TOLD_MAX
  if (rest > 0) lines.push('', `and ${rest} more: assay events tail`)
  return { messages, lost, urgency, title, text: lines.join('\n') }
}

function countsOf(messages: readonly Message[]): string {
  const counts = new Map<string, number>()
  for (const { notice } of gravestFirst(messages))
    counts.set(notice.kind, (counts.get(notice.kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')
}

/** Of equals, the newest first: it says how things stand. */
function gravestFirst(messages: readonly Message[]): readonly Message[] {
  return messages.toReversed().sort((one, other) => RANK[other.urgency] - RANK[one.urgency])
}
