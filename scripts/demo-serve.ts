import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The server and its dashboard over the synthetic sample, with a promoted paper session that replays it,
 * in a home of its own, until Ctrl-C. The port may be given: `npm run demo:serve -- --port 8080`.
 */
const ASSAY = fileURLToPath(new URL('../bin/assay.js', import.meta.url))
const REASON = 'a demonstration on synthetic candles, which are evidence of nothing'
/** An hour of candles passes in so many seconds. */
const SECONDS = 0.5

const folder = mkdtempSync(join(tmpdir(), 'assay-demo-'))
const running: ChildProcess[] = []
const stop = (): void => running.forEach(child => void child.kill('SIGTERM'))
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop)

try {
  await done(started(['demo'], 'ignore'))
  await done(
    started(
      ['promote', 'latest', '--to', 'paper', '--paths', '100', '--override', REASON],
      'ignore',
    ),
  )
  const server = started(['serve', ...process.argv.slice(2)], 'inherit')
  running.push(server)
  await new Promise(later => setTimeout(later, 1500))
  await done(
    started(['keys', 'create', '--scope', 'trade', '--name', 'demo', '--expires', '1d'], 'inherit'),
  )
  process.stdout.write(
    '\nOpen the address above and give it the key. All of it is synthetic. Ctrl-C ends it.\n',
  )
  const speed = String(3600 / SECONDS)
  const replay = ['--feed', 'replay', '--speed', speed, '--from', '2024-02-01', '--report', 'none']
  running.push(started(['paper', '--promotion', 'latest', ...replay], 'ignore'))
  await Promise.all(running.map(child => new Promise(ended => child.once('exit', ended))))
} finally {
  stop()
  rmSync(folder, { recursive: true, force: true })
}

function started(args: readonly string[], output: 'inherit' | 'ignore'): ChildProcess {
  return spawn(process.execPath, [ASSAY, ...args], {
    cwd: folder,
    env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '', REDIS_URL: '' },
    stdio: ['ignore', output, 'inherit'],
  })
}

async function done(child: ChildProcess): Promise<void> {
  const code = await new Promise<number | null>(ended => child.once('exit', ended))
  if (code !== 0) throw new Error(`${child.spawnargs.slice(2).join(' ')} ended with ${code}`)
}
