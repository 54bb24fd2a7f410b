/** Numbers that are added one by one: eight bytes each, whatever they are. */
export class NumberColumn {
  length = 0
  private values = new Float64Array(1024)

  push(value: number): void {
    if (this.length === this.values.length) {
      const longer = new Float64Array(this.values.length * 2)
      longer.set(this.values)
      this.values = longer
    }
    this.values[this.length++] = value
  }

  at(index: number): number {
    return this.values[index]!
  }

  /** The numbers so far, as a view that stands until the next one is added. */
  view(): Float64Array {
    return this.values.subarray(0, this.length)
  }
}
