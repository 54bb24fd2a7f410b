import { open, rename, rm } from 'node:fs/promises'

/** Takes the next part of a file; of text that is ASCII, `latin1` is quicker. */
export type AddText = (text: string, encoding?: 'utf8' | 'latin1') => Promise<unknown>

/** Writes a file part after part. It appears whole or not at all. */
export async function writeWholeFile(
  path: string,
  write: (add: AddText) => Promise<unknown>,
): Promise<void> {
  const part = `${path}.part`
  const file = await open(part, 'w')
  try {
    await write((text, encoding = 'utf8') => file.write(text, null, encoding))
  } catch (error) {
    await file.close()
    await rm(part, { force: true })
    throw error
  }
  await file.close()
  await rename(part, path)
}
