import { crc32, deflateRawSync } from 'node:zlib'

export interface PackedFile {
  readonly name: string
  readonly text: string | Buffer
  /** 0 stores, 8 deflates. */
  readonly method?: number
  readonly flags?: number
  /** Says other numbers than those of the bytes. */
  readonly crc?: number
  readonly size?: number
  /** Writes the sizes and the place into the extra field of 64 bits. */
  readonly isWide?: boolean
}

/** A ZIP archive as other programs write it. */
export function zipOf(files: readonly PackedFile[], comment = ''): Buffer {
  const parts: Buffer[] = []
  const records: Buffer[] = []
  let offset = 0
  for (const file of files) {
    const bytes = Buffer.from(file.text)
    const packed = (file.method ?? 8) === 8 ? deflateRawSync(bytes) : bytes
    const local = header(file, bytes, packed)
    parts.push(local, packed)
    records.push(record(file, { bytes, packed, offset }))
    offset += local.length + packed.length
  }
  const directory = Buffer.concat(records)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, directory, end, Buffer.from(comment)])
}

function header(file: PackedFile, bytes: Buffer, packed: Buffer): Buffer {
  const name = Buffer.from(file.name)
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(file.flags ?? 0x800, 6)
  head.writeUInt16LE(file.method ?? 8, 8)
  head.writeUInt32LE(file.crc ?? crc32(bytes), 14)
  head.writeUInt32LE(packed.length, 18)
  head.writeUInt32LE(file.isWide === true ? 0xffffffff : (file.size ?? bytes.length), 22)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, name])
}

function record(
  file: PackedFile,
  { bytes, packed, offset }: { bytes: Buffer; packed: Buffer; offset: number },
): Buffer {
  const name = Buffer.from(file.name)
  const size = file.size ?? bytes.length
  const extra = file.isWide === true ? wide([size, packed.length, offset]) : Buffer.alloc(0)
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(file.flags ?? 0x800, 8)
  head.writeUInt16LE(file.method ?? 8, 10)
  head.writeUInt32LE(file.crc ?? crc32(bytes), 16)
  head.writeUInt32LE(file.isWide === true ? 0xffffffff : packed.length, 20)
  head.writeUInt32LE(file.isWide === true ? 0xffffffff : size, 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt16LE(extra.length, 30)
  head.writeUInt32LE(file.isWide === true ? 0xffffffff : offset, 42)
  return Buffer.concat([head, name, extra])
}

function wide(numbers: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * numbers.length, 2)
  numbers.forEach((number, i) => extra.writeBigUInt64LE(BigInt(number), 4 + 8 * i))
  return extra
}
