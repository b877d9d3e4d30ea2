import { HttpServer } from './http-server.js'
import type { Exchange } from './loopback-server.js'
import { RemoteJobs } from './remote-jobs.js'

export const FILM = Buffer.from('bytes of a film '.repeat(4_000))

/** An API with jobs and idempotency keys, of the kind that the `http` provider is for; each answer has an address of its own for the film. */
export async function startFilmServer(): Promise<{ server: HttpServer; films: RemoteJobs }> {
  const films = new RemoteJobs()
  let addressCount = 0
  const server = await HttpServer.start(({ call, headers, body }: Exchange, url) => {
    if (call === 'POST /films') {
      if (headers.authorization !== 'Bearer film-key-12345') return { status: 401, body: { error: 'no key' } }
      const job = films.submit(JSON.parse(body.toString()), headers['idempotency-key'] as string | undefined)
      return { status: 201, body: { film: { id: job.id } } }
    }
    const [, id, action] = /^\w+ \/films\/(\w+)(?:\/(\w+))?$/.exec(call) ?? []
    const job = id === undefined ? undefined : action === undefined ? films.ask(id) : films.jobs.get(id)
    if (job === undefined) return { status: 404, body: { error: `no film ${id}` } }
    if (action === 'file') return { body: FILM, headers: { 'content-type': 'video/mp4' } }
    if (action === 'cancel') films.cancel(job.id)
    return {
      body: {
        state: job.state,
        percent: 50,
        reason: job.error,
        ...(job.state === 'succeeded' && {
          result: { url: `${url}/films/${id}/file?signed=${++addressCount}`, seconds: 4 },
        }),
      },
    }
  })
  return { server, films }
}

/** The config of the `http` provider for it. */
export const filmConfig = (url: string) => ({
  url: `${url}/films`,
  auth: { bearer: 'film-key-12345' },
  body: { prompt: '{{prompt}}' },
  idempotencyHeader: 'Idempotency-Key',
  poll: {
    id: 'film.id',
    url: `${url}/films/{{id}}`,
    everyMs: 1,
    done: { path: 'state', is: 'succeeded' },
    failed: { path: 'state', is: 'failed' },
    cancelled: { path: 'state', is: 'cancelled' },
    progress: 'percent',
    message: 'reason',
  },
  cancel: { url: `${url}/films/{{id}}/cancel` },
  errors: [
    { contains: 'nsfw', code: 'content' },
    { contains: 'busy', code: 'overloaded' },
  ],
  outputs: { Film: 'result.url' },
  usage: { seconds: 'result.seconds' },
})
