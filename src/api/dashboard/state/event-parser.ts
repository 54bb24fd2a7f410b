/** A message of a stream of server-sent events. */
export interface Message {
  readonly id: string | null
  readonly name: string
  readonly data: string
}

/** Reads messages out of a stream that is cut anywhere. */
export class EventParser {
  private rest = ''
  private id: string | null = null
  private name = 'message'
  private data: string[] = []

  /** The messages that end in a piece of text. */
  push(text: string): Message[] {
    const whole = this.rest + text
    // A CR at the end may be half of a CR LF.
    const end = whole.endsWith('\r') ? whole.length - 1 : whole.length
    const lines = whole.slice(0, end).split(/\r\n|\n|\r/)
    this.rest = lines.pop()! + whole.slice(end)
    return lines.flatMap(line => this.take(line))
  }

  private take(line: string): Message[] {
    if (line === '') return this.finish()
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'id') this.id = value
    else if (field === 'event') this.name = value
    else if (field === 'data') this.data.push(value)
    return []
  }

  private finish(): Message[] {
    const { id, name, data } = this
    this.name = 'message'
    this.data = []
    this.id = null
    return data.length === 0 ? [] : [{ id, name, data: data.join('\n') }]
  }
}
