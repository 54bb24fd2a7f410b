/**
 * Whether an address has an `@` behind the place that its login ends at. A password that holds `/`, `?` or
 * `#` as it is ends the login too soon: what follows, a part of the password, would count as port or name.
 */
export function hasStrayLogin(url: string): boolean {
  const rest = url.slice(url.indexOf('://') + 3)
  const end = rest.search(/[/?#]/)
  return end >= 0 && rest.slice(end).includes('@')
}
