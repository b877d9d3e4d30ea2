import type { MovieData } from '../../../src/ui/page-data.ts'
import type { JobsRequest, PageApi } from './page-api.ts'

const root = (movie: string) => `/api/movies/${encodeURIComponent(movie)}`

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

async function get<Data>(path: string): Promise<Data> {
  const response = await fetch(path)
  if (response.ok) return (await response.json()) as Data
  const said = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined
  throw new Error(said?.error?.message ?? `The server answered ${response.status}.`)
}

/** The server that the page comes from. */
export const serverApi: PageApi = {
  hasPast: true,
  store: () => get('/api/store'),
  movie: (movie, at) => get(`${root(movie)}${query({ at })}`),
  jobs: ({ movie, ...request }: JobsRequest) =>
    get(`${root(movie)}/jobs${query({ ...request, outputs: 1 })}`),
  job: (movie, job, at) => get(`${root(movie)}/jobs/${job}${query({ at })}`),
  timeline: (movie, run, at) => get(`${root(movie)}/timeline${query({ run, at })}`),
  runs: (movie, at) => get(`${root(movie)}/runs${query({ at })}`),
  contentUrl: (movie, seq, isFile) => `${root(movie)}/artifacts/${seq}${isFile ? '?download' : ''}`,
  follow(movie, onData, onConnection) {
    const events = new EventSource(`${root(movie)}/live`)
    events.addEventListener('movie', event => {
      onConnection(true)
      onData(JSON.parse(event.data) as MovieData)
    })
    events.addEventListener('error', () => onConnection(false))
    return () => events.close()
  },
}
