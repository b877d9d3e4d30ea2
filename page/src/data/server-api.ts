import type { MovieData } from '../../../src/ui/page-data.ts'
import type { Action, ActionResult, JobsRequest, PageApi } from './page-api.ts'

/** Between two attempts at a server that has refused. */
const RECONNECT_MS = 3_000

const root = (movie: string) => `/api/movies/${encodeURIComponent(movie)}`

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

async function get<Data>(path: string): Promise<Data> {
  return await answerOf<Data>(await fetch(path))
}

async function answerOf<Data>(response: Response): Promise<Data> {
  if (response.ok) return (await response.json()) as Data
  const said = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined
  throw new Error(said?.error?.message ?? `The server answered ${response.status}.`)
}

/** @param body a file is sent as it is */
async function post(token: string, movie: string, action: Action, body: object): Promise<ActionResult> {
  const file = 'file' in body && body.file instanceof Blob ? body.file : undefined
  const { artifact, base } = body as { readonly artifact?: string; readonly base?: string }
  const response = await fetch(`${root(movie)}/${action}${file ? query({ artifact, base }) : ''}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': file ? 'application/octet-stream' : 'application/json',
    },
    body: file ?? JSON.stringify(body),
  })
  return await answerOf<ActionResult>(response)
}

/**
 * The server that the page comes from.
 * @param token of the command; without it nothing can be changed
 */
export const serverApi = (token: string | undefined): PageApi => ({
  hasPast: true,
  store: () => get('/api/store'),
  movie: (movie, at) => get(`${root(movie)}${query({ at })}`),
  jobs: ({ movie, ...request }: JobsRequest) =>
    get(`${root(movie)}/jobs${query({ ...request, outputs: 1 })}`),
  job: (movie, job, at) => get(`${root(movie)}/jobs/${job}${query({ at })}`),
  reviews: (movie, state, offset) => get(`${root(movie)}/reviews${query({ state, offset })}`),
  timeline: (movie, run, at) => get(`${root(movie)}/timeline${query({ run, at })}`),
  comparison: (movie, from, to, offset) => get(`${root(movie)}/comparison${query({ from, to, offset })}`),
  runs: (movie, at) => get(`${root(movie)}/runs${query({ at })}`),
  answerUrl: (movie, seq, output) => `${root(movie)}/artifacts/${seq}${query({ output })}`,
  contentUrl: (movie, seq, isFile) => `${root(movie)}/artifacts/${seq}${isFile ? '?download' : ''}`,
  follow(movie, onData, onConnection) {
    let events: EventSource
    let timer: ReturnType<typeof setTimeout> | undefined
    const connect = () => {
      events = new EventSource(`${root(movie)}/live`)
      events.addEventListener('movie', event => {
        onConnection('open')
        onData(JSON.parse(event.data) as MovieData)
      })
      events.addEventListener('end', () => {
        onConnection('ended')
        events.close()
      })
      events.addEventListener('error', () => {
        onConnection('lost')
        // Refused, after which a browser gives up: another server is there, to whose address somebody may go.
        if (events.readyState === EventSource.CLOSED) timer = setTimeout(connect, RECONNECT_MS)
      })
    }
    connect()
    return () => {
      clearTimeout(timer)
      events.close()
    }
  },
  ...(token !== undefined && { act: (movie, action, body) => post(token, movie, action, body) }),
})
