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
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => this.answered(Reflect.apply(value, target, args))
      },
      apply: (target, self, args) =>
        this.answered(Reflect.apply(target as (...args: unknown[]) => unknown, self, args)),
    })
  }

  private answered(answer: unknown): unknown {
    return answer instanceof Promise ? this.during(() => answer as Promise<unknown>) : answer
  }
}
