type Answered = (answer: Promise<unknown>) => Promise<unknown>

/**
 * Counts what is asked of ports and not yet answered, so that a virtual clock can stand still meanwhile:
 * what then happens at which time does not hang on how fast the machine is.
 */
export class Outstanding {
  private count = 0

  readonly isBusy = (): boolean => this.count > 0

  /** Waits for work with time standing still. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    this.count += 1
    try {
      return await work()
    } finally {
      this.count -= 1
    }
  }

  /** The port, each promise of which is waited for. */
  of<T extends object>(port: T): T {
    return answering(port, answer => this.during(() => answer))
  }

  /** What gives ports by promises: they are waited for, and each promise of theirs. */
  ofAll<T extends object>(ports: T): T {
    return answering(ports, async answer => {
      const port = await this.during(() => answer)
      return typeof port === 'object' && port !== null ? this.of(port) : port
    })
  }
}

function answering<T extends object>(port: T, answered: Answered): T {
  const call = (method: object, self: unknown, args: unknown[]): unknown => {
    const answer: unknown = Reflect.apply(method as (...args: unknown[]) => unknown, self, args)
    return answer instanceof Promise ? answered(answer) : answer
  }
  return new Proxy<T>(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (...args: unknown[]) => call(value, target, args) : value
    },
    apply: (target, self, args) => call(target, self, args),
  })
}
