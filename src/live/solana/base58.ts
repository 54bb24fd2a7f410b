const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]))

/** Bytes as Solana writes addresses and signatures: base 58, each zero byte in front as a 1. */
export function toBase58(bytes: Uint8Array): string {
  const zeros = bytes.findIndex(byte => byte !== 0)
  const leading = zeros < 0 ? bytes.length : zeros
  const digits: number[] = []
  for (const byte of bytes.subarray(leading)) {
    let carry = byte
    for (let k = 0; k < digits.length; k++) {
      carry += digits[k]! * 256
      digits[k] = carry % 58
      carry = Math.floor(carry / 58)
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) digits.push(carry % 58)
  }
  const text = digits.reverse().map(digit => ALPHABET[digit])
  return ALPHABET[0]!.repeat(leading) + text.join('')
}

/** The bytes that a text stands for; undefined where it is not of that alphabet. */
export function fromBase58(text: string): Uint8Array | undefined {
  const leading = /^1*/.exec(text)![0].length
  const bytes: number[] = []
  for (const character of text.slice(leading)) {
    let carry = VALUES.get(character)
    if (carry === undefined) return undefined
    for (let k = 0; k < bytes.length; k++) {
      carry += bytes[k]! * 58
      bytes[k] = carry % 256
      carry = Math.floor(carry / 256)
    }
    for (; carry > 0; carry = Math.floor(carry / 256)) bytes.push(carry % 256)
  }
  return Uint8Array.from([...Array.from({ length: leading }, () => 0), ...bytes.reverse()])
}
