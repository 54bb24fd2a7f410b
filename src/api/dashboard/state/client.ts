import { signal } from '@preact/signals'
import type { Problem } from './resources.js'

const STORAGE = 'assay.key'

/** The key of whoever looks; empty until it is given. It lives as long as the tab. */
export const key = signal(sessionStorage.getItem(STORAGE) ?? '')

/** Why the key was refused; empty where it was not. */
export const refusal = signal('')

/** How far this machine's clock is behind that of the server, milliseconds. */
export const clockShift = signal(0)

/** Keeps a key for this tab. */
export function signIn(text: string): void {
  sessionStorage.setItem(STORAGE, text)
  refusal.value = ''
  key.value = text
}

/** Takes the code out of a one-time link, and exchanges it for a key. */
export async function signInByLink(): Promise<void> {
  const [, code] = /^#code=([\w-]+)$/.exec(location.hash) ?? []
  if (code === undefined) return
  // The code stays in no address and no history; the page is told, for that tells nobody.
  history.replaceState(null, '', '#/now')
  dispatchEvent(new HashChangeEvent('hashchange'))
  try {
    const { key: made } = await ask<{ key: string }>('/v1/page-keys', {
      method: 'POST',
      body: { code },
    })
    signIn(made)
  } catch (error) {
    signOut(wordsOf(error))
  }
}

/** Forgets the key. */
export function signOut(reason = ''): void {
  sessionStorage.removeItem(STORAGE)
  refusal.value = reason
  key.value = ''
}

/** What the server did not do. */
export class Refused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export interface Asked {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Asks the API. @throws Refused; on 401 the key is forgotten and nothing more is asked */
export async function ask<T>(
  path: string,
  { method = 'GET', body, headers, signal }: Asked = {},
): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${key.value}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  })
  const served = Date.parse(answer.headers.get('date') ?? '')
  if (Number.isFinite(served)) clockShift.value = served - Date.now()
  if (answer.ok) return (await answer.json()) as T
  const problem = await problemOf(answer)
  if (answer.status === 401) signOut(problem.detail)
  throw new Refused(problem)
}

/** What the server says that it did not do. */
export async function problemOf(answer: Response): Promise<Problem> {
  try {
    return (await answer.json()) as Problem
  } catch {
    return {
      status: answer.status,
      code: 'UNREADABLE',
      detail: `the server answered ${answer.status}`,
    }
  }
}

/** An error in words. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refused) {
    const { detail, hint } = error.problem
    return hint === undefined ? detail : `${detail}. ${hint}`
  }
  return error instanceof TypeError ? 'the server does not answer' : String(error)
}
