import { spawn, type ChildProcess } from 'node:child_process'
import { AppError, ERROR_CODES, type ErrorCode } from '../../core/errors.js'
import type { PassphraseSource } from './passphrase.js'

export interface SignerStart {
  /** The built program. */
  readonly program: string
  readonly keyFile: string
  readonly passphrase: PassphraseSource
  /** Whether it ends when this process does. */
  readonly isBound: boolean
}

/** A signer that was started as a process of its own. */
export interface SignerChild {
  readonly address: string
  /** Settles with its exit code. */
  readonly ended: Promise<number | null>
  /** Tells it to end. */
  readonly stop: () => void
}

/** What it needs of the environment: nothing that could make Node load or tell more. */
const KEPT = ['PATH', 'HOME', 'TERM', 'LANG', 'TZ']

/**
 * Starts the process that holds the key. It asks for the passphrase itself, at the terminal or where
 * it is said to be, so that this process never has it.
 * @throws AppError as the signer says why it cannot start
 */
export async function startSigner({
  program,
  keyFile,
  passphrase: { file, descriptor },
  isBound,
}: SignerStart): Promise<SignerChild> {
  const words = [keyFile, file ?? '', descriptor === undefined ? '' : '3', isBound ? 'bound' : '']
  const child = spawn(process.execPath, [program, ...words], {
    stdio: ['inherit', 'pipe', 'inherit', descriptor ?? 'ignore', 'ipc'],
    env: Object.fromEntries(KEPT.map(name => [name, process.env[name]])),
  })
  const ended = new Promise<number | null>(done => child.once('exit', code => done(code)))
  const line = await firstLine(child)
  if (!line.startsWith('ready ')) throw failure(line)
  return {
    address: line.slice('ready '.length),
    ended,
    stop: () => void child.kill('SIGTERM'),
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      if (text.includes('\n')) done(text.slice(0, text.indexOf('\n')))
    })
    child.once('close', () => done(text.trim()))
  })
}

function failure(line: string): AppError {
  try {
    const { code, message, hint } = JSON.parse(line.replace(/^failed /, '')) as {
      readonly code: string
      readonly message: string
      readonly hint: string
    }
    const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'SIGNER_AWAY'
    return new AppError(known, message, { hint })
  } catch {
    return new AppError('SIGNER_AWAY', 'the signer ended before it was ready', {
      hint: 'start it alone to see why: assay wallet serve KEY',
    })
  }
}
