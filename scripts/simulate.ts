import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { simulateRange, type FailedSeed, type SeedRange } from '../test/simulation/simulate.js'

/** Below so many seeds one process is faster. */
const FEW = 20

/** Plays a share of the seeds in a process of its own. */
function share(range: SeedRange): Promise<readonly FailedSeed[]> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--share', JSON.stringify(range)])
    child.once('message', found => resolve(found as FailedSeed[]))
    child.once('exit', code => reject(new Error(`a simulation ended with exit code ${code}`)))
  })
}

/** A number that an option gives. */
function countOf(name: string, text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= 1) return count
  process.stderr.write(`--${name} is ${text}, but it must be a whole number of at least 1\n`)
  process.exit(2)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      share: { type: 'string' },
    },
  })
  if (values.share !== undefined) {
    process.send!(await simulateRange(JSON.parse(values.share) as SeedRange))
    process.disconnect()
    return
  }
  const [seeds, from] = [countOf('seeds', values.seeds), countOf('from', values.from)]
  const every = seeds < FEW ? 1 : availableParallelism()
  const started = performance.now()
  const ranges = Array.from({ length: every }, (_, offset) => ({ from, seeds, every, offset }))
  const found =
    every === 1 ? [await simulateRange(ranges[0]!)] : await Promise.all(ranges.map(share))
  const failed = found.flat().sort((a, b) => a.seed - b.seed)
  const aSecond = (seeds / (performance.now() - started)) * 1000
  const lines = values.json
    ? [JSON.stringify({ seeds, failed })]
    : [
        ...failed.flatMap(({ seed, message, command }) => [
          `seed ${seed}: ${message}`,
          `  ${command}`,
        ]),
        `${seeds - failed.length} of ${seeds} seeds held, ${aSecond.toFixed(1)} a second`,
      ]
  process.stdout.write(`${lines.join('\n')}\n`)
  process.exitCode = failed.length > 0 ? 1 : 0
}

await main()
