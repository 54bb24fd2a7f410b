import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url))
const INCLUDED = /<!-- example:([\w.]+) -->[\s\S]*?<!-- \/example -->/g

/** Pages that include files of docs/examples between markers. */
export const PAGES: readonly string[] = [
  `${DOCS}configuration.md`,
  `${DOCS}distributed.md`,
  `${DOCS}guides/add-a-strategy.md`,
  `${DOCS}portfolio.md`,
  `${DOCS}python.md`,
  `${DOCS}signals.md`,
]

/** A page with its examples as they are in their files. */
export async function examplePage(path: string): Promise<string> {
  const text = readFileSync(path, 'utf8').replace(INCLUDED, (_, file: string) => {
    const code = readFileSync(`${DOCS}examples/${file}`, 'utf8').trimEnd()
    const kind = file.split('.').pop()!.replace('py', 'python')
    return `<!-- example:${file} -->\n\n\`\`\`${kind}\n${code}\n\`\`\`\n\n<!-- /example -->`
  })
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' })
}
