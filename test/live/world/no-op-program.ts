const HEADER = 64
const SEGMENT = 56
const SECTION = 64
/** `mov64 r0, 0` and `exit`. */
const CODE = Buffer.from('b7000000000000009500000000000000', 'hex')
const NAMES = Buffer.from('\0.text\0.shstrtab\0')

/**
 * An SBF program that succeeds and does nothing, as an ELF file. It stands at the address of a program
 * that cannot run here; what that would do is done by the chain around it.
 */
export function noOpProgram(): Uint8Array {
  const codeAt = HEADER + SEGMENT
  const namesAt = codeAt + CODE.length
  const sectionsAt = namesAt + Math.ceil(NAMES.length / 8) * 8
  const file = Buffer.alloc(sectionsAt + 3 * SECTION)
  file.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  file.writeUInt16LE(3, 16)
  file.writeUInt16LE(247, 18)
  file.writeUInt32LE(1, 20)
  longs(file, 24, [codeAt, HEADER, sectionsAt])
  ;[HEADER, SEGMENT, 1, SECTION, 3, 2].forEach((value, k) => file.writeUInt16LE(value, 52 + 2 * k))
  file.writeUInt32LE(1, HEADER)
  file.writeUInt32LE(5, HEADER + 4)
  longs(file, HEADER + 8, [codeAt, codeAt, codeAt, CODE.length, CODE.length, 8])
  CODE.copy(file, codeAt)
  NAMES.copy(file, namesAt)
  section(file, sectionsAt + SECTION, [1, 1], [6, codeAt, codeAt, CODE.length])
  section(file, sectionsAt + 2 * SECTION, [7, 3], [0, 0, namesAt, NAMES.length])
  return new Uint8Array(file)
}

function section(
  file: Buffer,
  at: number,
  words: readonly number[],
  rest: readonly number[],
): void {
  words.forEach((word, k) => file.writeUInt32LE(word, at + 4 * k))
  longs(file, at + 8, rest)
}

function longs(file: Buffer, at: number, values: readonly number[]): void {
  values.forEach((value, k) => file.writeBigUInt64LE(BigInt(value), at + 8 * k))
}
