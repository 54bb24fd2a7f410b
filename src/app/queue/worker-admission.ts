/** Lets chunks run side by side, and those that must be alone one at a time with nothing beside. */
export class Admission {
  private readonly running = new Set<Promise<unknown>>()
  private alone: Promise<unknown> = Promise.resolve()

  async run<T>(isAlone: boolean, work: () => Promise<T>): Promise<T> {
    return isAlone ? this.runAlone(work) : this.runBeside(work)
  }

  private async runBeside<T>(work: () => Promise<T>): Promise<T> {
    for (let seen: unknown; seen !== this.alone;) {
      seen = this.alone
      await seen
    }
    const own = work()
    const settled = own.catch(() => undefined)
    this.running.add(settled)
    return own.finally(() => this.running.delete(settled))
  }

  private runAlone<T>(work: () => Promise<T>): Promise<T> {
    const own = this.alone.then(async () => {
      await Promise.all(this.running)
      return work()
    })
    this.alone = own.catch(() => undefined)
    return own
  }
}
