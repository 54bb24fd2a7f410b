import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Routes } from '../../api.js'

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Assay API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null })\n`
const TYPES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' }

/** The OpenAPI text as a page on which it is read and tried. Its files come from the package, by name. */
export const docsRoutes: Routes = api => {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const files: Readonly<Record<string, () => string>> = {
    'swagger-ui.css': () => readFileSync(join(folder, 'swagger-ui.css'), 'utf8'),
    'swagger-ui-bundle.js': () => readFileSync(join(folder, 'swagger-ui-bundle.js'), 'utf8'),
    'start.js': () => START,
  }
  const config = { access: { scope: 'open', cost: 1 } } as const
  const schema = { hide: true }
  api.get('/docs', { config, schema }, (_, reply) =>
    reply.type('text/html; charset=utf-8').send(PAGE),
  )
  for (const [name, read] of Object.entries(files)) {
    api.get(`/docs/${name}`, { config, schema }, (_, reply) =>
      reply
        .type(TYPES[name.endsWith('.css') ? 'css' : 'js'])
        .header('cache-control', 'public, max-age=3600')
        .send(read()),
    )
  }
}
