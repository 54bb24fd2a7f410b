import { AppError } from '../../core/errors.js'
import { openKeyFile } from './keystore.js'
import { LocalSigner } from './local-signer.js'
import { readPassphrase } from './passphrase.js'
import { serveSigner } from './signer-server.js'

/**
 * The program that holds the key: the key file and where its passphrase is, read from a file or a descriptor.
 * It says `ready` and the address in a line, and ends when it is told to, or when who started it has gone.
 */
async function run([keyFile, file, descriptor, bound]: readonly string[]): Promise<void> {
  const source = {
    file: file === '' ? undefined : file,
    descriptor: descriptor === '' ? undefined : Number(descriptor),
  }
  const key = await openKeyFile(keyFile!, () => readPassphrase(source))
  const signer = new LocalSigner(key, keyFile!)
  const end = await serveSigner(keyFile!, signer)
  const stop = (): void => {
    end()
    signer.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
  if (bound === 'bound') process.on('disconnect', stop)
  process.stdout.write(`ready ${signer.address}\n`)
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  const { code = '', message, hint = '' } = error as Partial<AppError>
  process.stdout.write(`failed ${JSON.stringify({ code, message, hint })}\n`)
  process.exit(1)
}
