import { ApiError } from '../problem.js'

/** Names by which a server on loopback is reached. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Refuses requests for a name that the server was not started for: a page of the web that points a
 * name of its own at this machine would otherwise speak with the server as if it were of its origin.
 * @param names further names, without a port
 */
export function hostCheck(names: readonly string[]): (headers: CheckedHeaders) => void {
  const known = new Set([...LOOPBACK, ...names.map(name => name.toLowerCase())])
  return ({ host, origin }) => {
    if (!known.has(nameOf(host ?? ''))) {
      throw new ApiError('WRONG_HOST', `this server is not "${(host ?? '').slice(0, 100)}"`, {
        hint: `call it ${[...known].join(', ')}, or start it with --host-name NAME`,
      })
    }
    if (origin === undefined || isOwn(origin, known)) return
    throw new ApiError('FORBIDDEN', 'pages of other sites may not call this server', {
      hint: 'call it from a program, or from its own page',
    })
  }
}

interface CheckedHeaders {
  readonly host?: string | undefined
  readonly origin?: string | undefined
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '')
}

function isOwn(origin: string, known: ReadonlySet<string>): boolean {
  const [, host] = /^https?:\/\/([^/]+)$/.exec(origin) ?? []
  return host !== undefined && known.has(nameOf(host))
}
