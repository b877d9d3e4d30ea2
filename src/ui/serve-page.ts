import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { ShowrunnerError } from '../model/error/error.js'
import { AccessToken } from './http/access-token.js'
import { after } from './http/after.js'
import { MovieViews } from './http/movie-views.js'
import { pageApp } from './http/page-app.js'
import { readPageFiles } from './http/page-files.js'
import type { PageServer, ServeOptions } from './page-server.js'
import type { PageSource } from './page-source.js'

const HOST = '127.0.0.1'
/** For what open pages are told last. */
const FAREWELL_MS = 1_000

/** Serves the page to browsers of this machine. @throws ShowrunnerError `USAGE_INVALID` when the port is taken */
export async function servePage(source: PageSource, { port = 0, movie }: ServeOptions): Promise<PageServer> {
  const files = await readPageFiles()
  const token = new AccessToken()
  const closed = new AbortController()
  const views = new MovieViews(source)
  // The name of the cookie has the port, which is known once the server listens.
  let app: ReturnType<typeof pageApp> | undefined
  const server = createAdaptorServer({
    fetch: (request, environment) => app!.fetch(request, environment as object),
  })
  const actualPort = await new Promise<number>((resolve, reject) => {
    server.once('error', error => reject(unusable(port, error)))
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port))
  })
  app = pageApp({
    source,
    views,
    files,
    token,
    cookieName: `showrunner-${actualPort}`,
    closed: closed.signal,
  })
  const path = movie === undefined ? '' : `movie=${movie}&`
  let closing: Promise<void> | undefined
  const end = async () => {
    const isClosed = new Promise<void>(resolve => void server.close(() => resolve()))
    closed.abort()
    // Pages that are open are told how it ended; one that does not listen is not waited for.
    await Promise.race([isClosed, after(FAREWELL_MS)])
    views.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
    await isClosed
  }
  const close = () => {
    closing ??= end()
    return closing
  }
  return {
    url: `http://${HOST}:${actualPort}/?${path}token=${token.text}`,
    port: actualPort,
    close,
    [Symbol.asyncDispose]: close,
  }
}

const unusable = (port: number, cause: Error): ShowrunnerError =>
  new ShowrunnerError(
    'USAGE_INVALID',
    `The page cannot be served at port ${port} (${cause.message}). Choose another port, or none for a free one.`,
    { cause },
  )
