/** A shorter part of an address gives nothing away, and stands in many words. */
const LENGTH_MIN = 4

/**
 * What of an address must not be shown, however somebody reads it: all before its last `@` but the user,
 * the parts that separators cut it into, and values in its query. Longest first.
 */
export function secretsOf(url: string): readonly string[] {
  const begin = url.indexOf('://')
  const rest = begin < 0 ? url : url.slice(begin + 3)
  const end = rest.lastIndexOf('@')
  const login = end < 0 ? '' : rest.slice(0, end)
  const colon = login.indexOf(':')
  const password = colon < 0 ? '' : login.slice(colon + 1)
  const place = rest.slice(end + 1)
  const query = /[?&](?:password|sslpassword|pass|passwd)=([^&#]*)/gi
  const whole = [password, ...[...place.matchAll(query)].map(([, value]) => value!)]
  const parts = whole.flatMap(text => [text, decoded(text), ...text.split(/[/?#@:]/)])
  const known = new Set([login.slice(0, Math.max(0, colon)), ...place.split(/[/?#@:&=]/), 'assay'])
  const secrets = parts.filter(part => part.length >= LENGTH_MIN && !known.has(part))
  const named = whole.filter(text => text.length >= LENGTH_MIN && place.includes(`=${text}`))
  return [...new Set([url, ...secrets, ...named])].sort((a, b) => b.length - a.length)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What must not be shown of the addresses of the database and of Redis. */
export function addressSecrets(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const urls = [environment['DATABASE_URL'], environment['REDIS_URL']]
  return urls.flatMap(url => (url ? secretsOf(url) : []))
}

/** A text in which `***` stands for each secret. */
export function masked(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
}
