/** A sum of decimal texts, exact to the last digit. */
export class DecimalSum {
  private units = 0n
  private scale = 0

  /** @param text digits with an optional point, as the database writes them */
  add(text: string): void {
    const [whole = '', decimals = ''] = text.split('.')
    const scale = Math.max(this.scale, decimals.length)
    const units = BigInt(whole + decimals.padEnd(scale, '0'))
    this.units = this.units * 10n ** BigInt(scale - this.scale) + units
    this.scale = scale
  }

  /** With as many decimals as the longest of what was added. */
  toString(): string {
    if (this.scale === 0) return String(this.units)
    const digits = String(this.units).padStart(this.scale + 1, '0')
    return `${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`
  }
}
