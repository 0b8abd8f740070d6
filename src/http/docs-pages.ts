import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Router, type Response } from 'express'
import helmet from 'helmet'
import type { Api } from './api.ts'

const assets = fileURLToPath(dirname(import.meta.resolve('swagger-ui-dist/swagger-ui.css')))
const files = [
  'swagger-ui.css',
  'index.css',
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'favicon-32x32.png',
]

const page = (title: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="swagger-ui.css">
    <link rel="stylesheet" href="index.css">
    <link rel="icon" type="image/png" href="favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="swagger-ui-bundle.js"></script>
    <script src="swagger-ui-standalone-preset.js"></script>
    <script src="start.js"></script>
  </body>
</html>
`

const script = (names: readonly string[]): string => {
  const urls = names.map((name) => ({ name, url: `../openapi/${name}.json` }))
  const source =
    urls.length === 1
      ? { url: '../openapi.json', layout: 'BaseLayout' }
      : { urls, layout: 'StandaloneLayout' }
  return `const options = ${JSON.stringify(source)}
SwaggerUIBundle({
  ...options,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
})
`
}

interface Described {
  readonly info?: { readonly title?: string }
  readonly servers?: readonly { readonly url: string }[]
}

/** A document as it is served: server addresses relative to it, so that they hold behind any prefix. */
function served(document: unknown, up: string): string {
  const described = document as Described
  const servers = (described.servers ?? []).map((server) => ({
    ...server,
    url: server.url.startsWith('/') ? `${up}${server.url}` : server.url,
  }))
  return JSON.stringify({ ...described, servers })
}

/**
 * `GET /openapi/{name}.json` for each API, `/openapi.json` for the first, and browsable pages at `/docs/`.
 * Everything comes from this process; all addresses are relative.
 */
export function docsPages(apis: readonly [Api, ...Api[]]): Router {
  const router = Router()
  const [{ document }] = apis
  const send = (response: Response, type: string, text: string) =>
    response.set('cache-control', 'no-cache').type(type).send(text)
  const main = served(document, '.')
  router.get('/openapi.json', (_request, response) => send(response, 'application/json', main))
  for (const api of apis) {
    const text = served(api.document, '..')
    router.get(`/openapi/${api.name}.json`, (_request, response) =>
      send(response, 'application/json', text),
    )
  }
  router.use(
    '/docs',
    helmet.contentSecurityPolicy({
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Swagger UI sets style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  )
  const names = apis.map(({ name }) => name)
  const html = page((document as Described).info?.title ?? 'API')
  router.get('/docs', (request, response) => {
    if (request.path.endsWith('/')) return send(response, 'text/html', html)
    return response.status(308).location('docs/').send()
  })
  router.get('/docs/start.js', (_request, response) =>
    send(response, 'text/javascript', script(names)),
  )
  for (const file of files) {
    router.get(`/docs/${file}`, (_request, response) =>
      response.sendFile(join(assets, file), { maxAge: '1h' }),
    )
  }
  return router
}
