/** Formats that are recognised to be named, not read: what, how it begins, what to do. */
const FOREIGN: readonly (readonly [name: string, magic: string, step: string])[] = [
  ['a Parquet file', 'PAR1', 'convert it to CSV first'],
  ['an Arrow or Feather file', 'ARROW1', 'convert it to CSV first'],
  ['a Feather file', 'FEA1', 'convert it to CSV first'],
  ['compressed with xz', '\u00fd7zXZ', 'unpack it with xz -d'],
  ['compressed with bzip2', 'BZh', 'unpack it with bzip2 -d'],
  ['compressed with zstd', '\u0028\u00b5\u002f\u00fd', 'unpack it with zstd -d'],
  ['compressed with lz4', '\u0004"M\u0018', 'unpack it with lz4 -d'],
  ['a 7z archive', '7z\u00bc\u00af', 'unpack it first'],
  ['a RAR archive', 'Rar!', 'unpack it first'],
  ['an SQLite database', 'SQLite format 3', 'export its table as CSV'],
  ['an HDF5 file', '\u0089HDF', 'convert it to CSV first'],
  ['a NumPy file', '\u0093NUMPY', 'save it with numpy.savetxt'],
  ['a PDF document', '%PDF', 'download the data as CSV'],
  ['an old Excel file', '\u00d0\u00cf\u0011\u00e0', 'save the sheet as CSV'],
]
const TAR_MAGIC_AT = 257

/** What a file is instead of a table, and what to do; undefined where nothing is recognised. */
export interface ForeignFormat {
  readonly name: string
  readonly step: string
}

/** @param start the first bytes, unpacked where the file is compressed */
export function foreignFormat(start: Buffer, isUnpacked: boolean): ForeignFormat | undefined {
  const text = start.toString('latin1', 0, 2000)
  if (text.startsWith('\u001f\u008b'))
    return { name: 'compressed with gzip twice', step: 'unpack it once: gunzip FILE' }
  if (text.startsWith('PK\u0003\u0004')) return zipFormat(text)
  if (text.startsWith('ustar', TAR_MAGIC_AT))
    return {
      name: isUnpacked ? 'a tar archive compressed with gzip' : 'a tar archive',
      step: 'unpack it with tar -xf, and import the files in it',
    }
  const found = FOREIGN.find(([, magic]) => text.startsWith(magic))
  if (found) return { name: found[0], step: found[2] }
  return markupFormat(text)
}

function zipFormat(text: string): ForeignFormat {
  const isSheet = /xl\/|\[Content_Types\]\.xml/.test(text)
  return isSheet
    ? { name: 'an Excel workbook', step: 'save the sheet as CSV' }
    : { name: 'a ZIP archive', step: 'unpack it with unzip, and import the files in it' }
}

/** Pages that a server sends in place of a file. */
function markupFormat(text: string): ForeignFormat | undefined {
  const start = text.replace(/^[\s\u00ef\u00bb\u00bf]+/, '')
  const step = 'download it again: the server answered with a page, not with data'
  if (/^<(!doctype html|html|head|body|script|meta|div|table|\/?!--)/i.test(start)) {
    const title = /<(?:title|h1)[^>]*>\s*([^<]{1,80}?)\s*</i.exec(start)?.[1]
    if (/^<script/i.test(start) && !/<\/?(html|body|head)\b/i.test(start)) return undefined
    return {
      name: title === undefined ? 'a web page (HTML)' : `a web page (HTML), "${title}"`,
      step,
    }
  }
  if (
    /^<\?xml|^<[A-Za-z]+>/.test(start) &&
    !/^<(open|high|low|close|date|ticker|time|per|dt\w*|vol|tickvol)>/i.test(start)
  ) {
    const said = /<(?:message|code|title)>([^<]{1,80})</i.exec(start)?.[1]
    return { name: said === undefined ? 'an XML document' : `an XML document, "${said}"`, step }
  }
  return undefined
}
