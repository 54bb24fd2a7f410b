import { closeSync, readFileSync } from 'node:fs'
import { ReadStream, WriteStream } from 'node:tty'
import { AppError } from '../../core/errors.js'
import { readSecretFile } from './key-file.js'

/** Where a passphrase comes from: never from the command line's own words, which others can list. */
export interface PassphraseSource {
  /** A file that holds it, with mode 0600. */
  readonly file?: string | undefined
  /** An open file of this process that it is read from. */
  readonly descriptor?: number | undefined
}

/**
 * Reads a passphrase from where it is said to be, else by asking at the terminal.
 * @param twice asks for it again, for what is made new
 * @throws AppError PASSPHRASE, KEY_FILE
 */
export async function readPassphrase(
  { file, descriptor }: PassphraseSource,
  { twice = false } = {},
): Promise<string> {
  if (file !== undefined) return firstLine(readSecretFile(file))
  if (descriptor !== undefined) return fromDescriptor(descriptor)
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new AppError('PASSPHRASE', 'there is no terminal to ask for the passphrase at', {
      hint: 'name a file that holds it: --passphrase-file PATH, or ASSAY_PASSPHRASE_FILE',
    })
  }
  const passphrase = await prompted('passphrase: ')
  if (twice && (await prompted('again: ')) !== passphrase) {
    throw new AppError('PASSPHRASE', 'the two passphrases differ', { hint: 'try again' })
  }
  return passphrase
}

function fromDescriptor(descriptor: number): string {
  try {
    const text = readFileSync(descriptor, 'utf8')
    closeSync(descriptor)
    return firstLine(text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new AppError('PASSPHRASE', `descriptor ${descriptor} cannot be read (${code})`, {
      hint: 'open it for the program, such as assay ... --passphrase-fd 3 3<FILE',
    })
  }
}

function firstLine(text: string): string {
  const [line = ''] = text.split(/\r?\n/)
  if (line !== '') return line
  throw new AppError('PASSPHRASE', 'the passphrase is empty', {
    hint: 'write it as the first line',
  })
}

const [ENTER, NEWLINE, END, STOP, ERASE, BACKSPACE] = [
  '\r',
  '\n',
  '\u0004',
  '\u0003',
  '\u007f',
  '\b',
]

/** Asks without showing what is typed. */
function prompted(question: string): Promise<string> {
  const { stdin, stderr } = process as { stdin: ReadStream; stderr: WriteStream }
  // First, so that nothing that is typed early is shown.
  stdin.setRawMode(true).setEncoding('utf8').resume()
  stderr.write(question)
  let typed = ''
  return new Promise((done, fail) => {
    const finish = (end: () => void): void => {
      stdin.off('data', hear)
      stdin.setRawMode(false).pause()
      stderr.write('\n')
      end()
    }
    const hear = (keys: string): void => {
      for (const key of keys) {
        if (key === ENTER || key === NEWLINE || key === END) return finish(() => done(typed))
        if (key === STOP)
          return finish(() => fail(new AppError('PASSPHRASE', 'no passphrase was given')))
        typed = key === ERASE || key === BACKSPACE ? typed.slice(0, -1) : typed + key
      }
    }
    stdin.on('data', hear)
  })
}
