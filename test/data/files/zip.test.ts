import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isZip, readZip, type ZipEntry } from '../../../src/data/files/zip.js'
import { zipOf } from './zip-kit.js'

const TEXT = 'time,open,high,low,close\n'.repeat(40_000)

async function pieces(entry: ZipEntry): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of entry.chunks()) all.push(piece)
  return Buffer.concat(all)
}

describe('a ZIP archive', () => {
  it('is known by its beginning, an empty one too', () => {
    expect(isZip(zipOf([{ name: 'a.csv', text: 'a' }]))).toBe(true)
    expect(isZip(zipOf([]))).toBe(true)
    expect(isZip(Buffer.from('PK, a csv'))).toBe(false)
    expect(isZip(Buffer.alloc(1))).toBe(false)
  })

  it('gives the files in it, deflated and stored, without its folders', async () => {
    const archive = zipOf(
      [
        { name: 'data/', text: '', method: 0 },
        { name: 'data/a.csv', text: TEXT },
        { name: 'data/é.csv', text: TEXT, method: 0 },
        { name: 'empty.csv', text: '' },
      ],
      'a comment behind it',
    )
    const entries = readZip(archive, 'a.zip')
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['data/a.csv', TEXT.length],
      ['data/é.csv', TEXT.length],
      ['empty.csv', 0],
    ])
    for (const entry of entries)
      expect((await pieces(entry)).equals(entry.read()), entry.name).toBe(true)
    expect(entries.map(entry => entry.read().toString() === TEXT)).toEqual([true, true, false])
    expect((await pieces(entries[0]!)).toString(), 'a second time').toBe(TEXT)
  })

  it('is read where its sizes have 64 bits', () => {
    const archive = zipOf([
      { name: 'a.csv', text: 'first', isWide: true },
      { name: 'b.csv', text: 'second', isWide: true },
    ])
    expect(readZip(archive, 'a.zip').map(entry => entry.read().toString())).toEqual([
      'first',
      'second',
    ])
  })

  it('gives back whatever went in', async () => {
    const files = fc.array(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 20 }).filter(name => !name.endsWith('/')),
        text: fc.uint8Array({ maxLength: 2000 }).map(bytes => Buffer.from(bytes)),
        method: fc.constantFrom(0, 8),
        isWide: fc.boolean(),
      }),
      { maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(files, async given => {
        const entries = readZip(zipOf(given), 'a.zip')
        expect(entries.map(entry => entry.read())).toEqual(given.map(({ text }) => text))
        for (const [i, entry] of entries.entries())
          expect(await pieces(entry)).toEqual(given[i]!.text)
      }),
    )
  })

  it('is refused wherever it is cut off', () => {
    const archive = zipOf([{ name: 'a.csv', text: 'time,open\n1,2\n' }])
    for (let length = 0; length < archive.length; length++) {
      expect(() => readZip(archive.subarray(0, length), 'a.zip'), String(length)).toThrow(
        /^"a\.zip" is a damaged or cut off ZIP archive/,
      )
    }
  })

  it('never gives other bytes than those that went in, whichever byte is damaged', () => {
    const text = 'time,open,high,low,close\n1,2,3,4,5\n'
    const archive = zipOf([{ name: 'a.csv', text }])
    for (let at = 0; at < archive.length; at++) {
      const damaged = Buffer.from(archive)
      damaged[at]! ^= 0x55
      try {
        for (const entry of readZip(damaged, 'a.zip')) expect(entry.read().toString()).toBe(text)
      } catch (error) {
        expect(error).toMatchObject({ code: 'IMPORT_UNREADABLE' })
      }
    }
  })

  it('is not unpacked beyond the size that it names', async () => {
    const bomb = zipOf([{ name: 'a.csv', text: Buffer.alloc(50_000_000), size: 1000 }])
    const entry = readZip(bomb, 'a.zip')[0]!
    expect(() => entry.read()).toThrow('(longer than its size)')
    await expect(pieces(entry)).rejects.toThrow('(longer than its size)')
    const huge = zipOf([{ name: 'a.csv', text: 'a', size: 5 * 2 ** 30, isWide: true }])
    const other = readZip(huge, 'a.zip')[0]!
    expect(() => other.read()).toThrow(
      '"a.csv" in "a.zip" has 5120 MB unpacked, more than the 512 MB that are read from an archive',
    )
    await expect(pieces(other)).rejects.toThrow('more than the 4096 MB')
  })

  it('is refused where a file is damaged, encrypted or packed in another way', async () => {
    const reading = (file: Parameters<typeof zipOf>[0][number]) => () =>
      readZip(zipOf([file]), 'a.zip')[0]!.read()
    const file = { name: 'a.csv', text: 'time' }
    expect(reading({ ...file, crc: 1 })).toThrow('(incorrect checksum)')
    expect(reading({ ...file, size: 9 })).toThrow('(shorter than its size)')
    expect(reading({ ...file, flags: 1 })).toThrow('"a.csv" in "a.zip" is encrypted')
    expect(reading({ ...file, method: 93 })).toThrow('compressed by method 93')
    const broken = readZip(zipOf([{ ...file, crc: 1 }]), 'a.zip')[0]!
    await expect(pieces(broken)).rejects.toThrow('(incorrect checksum)')
  })
})
