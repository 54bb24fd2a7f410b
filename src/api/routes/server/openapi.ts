import type { Routes } from '../../api.js'

/** What the server offers, as a text that programs read. */
export const openapiRoutes: Routes = api => {
  api.get(
    '/openapi.json',
    { config: { access: { scope: 'open', cost: 1 } }, schema: { hide: true } },
    () => api.swagger(),
  )
}
