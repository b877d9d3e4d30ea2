import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const PAGE = `<!doctype html><meta charset="utf-8"><title>bare</title>
<style>
body { margin: 0 }
[role=grid] { height: 100vh; overflow: auto; contain: strict }
.row { position: absolute; inset-inline: 0; top: 0; height: 32px; display: grid; grid-template-columns: repeat(7, 1fr) }
</style>
<div id="page"></div><script type="module" src="/bare-table.js"></script>
`

/**
 * Serves a page of rows that are made in the browser, by the table part of `showrunner ui`.
 *
 * @template Result
 * @param {(url: string) => Promise<Result>} use
 */
export async function withBarePage(use) {
  const folder = await mkdtemp(join(tmpdir(), 'showrunner-bare-'))
  const server = createServer()
  try {
    await build({
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: folder,
        emptyOutDir: false,
        target: 'es2022',
        rolldownOptions: {
          input: fileURLToPath(new URL('../../work/bare-table.mjs', import.meta.url)),
          output: { entryFileNames: 'bare-table.js' },
        },
      },
    })
    const script = await readFile(join(folder, 'bare-table.js'))
    server.on('request', ({ url }, response) => {
      const isScript = url === '/bare-table.js'
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
      response.end(isScript ? script : PAGE)
    })
    await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    return await use(`http://127.0.0.1:${port}/`)
  } finally {
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}
