import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** A ninth larger than what the usual level makes, in half of its time. */
const LEVEL = 3

/** The trades of a run as a row keeps them: compressed JSON, in base 64 on its way. */
export async function encodeTrades(trades: readonly unknown[]): Promise<string> {
  return (await compress(JSON.stringify(trades), { level: LEVEL })).toString('base64')
}

/** The trades of a row; null where it holds no list. */
export async function decodeTrades(base64: string): Promise<readonly unknown[] | null> {
  try {
    const json = await decompress(Buffer.from(base64, 'base64'))
    const trades: unknown = JSON.parse(json.toString())
    return Array.isArray(trades) ? trades : null
  } catch {
    return null
  }
}
