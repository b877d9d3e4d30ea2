import type { JobDetail, JobsPage, MovieData, StoreData } from '../../../src/ui/page-data.ts'

/** Jobs to be shown; what is left out leaves them all. */
export interface Filter {
  readonly producer?: string
  readonly state?: string
  readonly reason?: number
  readonly text?: string
}

export interface JobsRequest extends Filter {
  readonly movie: string
  readonly offset: number
  readonly limit: number
  /** A moment of the past, in changes. */
  readonly at?: number | undefined
}

/** Where the page has its data from: a server, or the report that it is in. */
export interface PageApi {
  store(): Promise<StoreData>
  movie(movie: string, at: number): Promise<MovieData>
  jobs(request: JobsRequest): Promise<JobsPage>
  job(movie: string, job: number, at: number | undefined): Promise<JobDetail>
  /** Undefined where contents are not at hand. */
  contentUrl(movie: string, seq: number, isFile?: boolean): string | undefined
  /** Tells of each state of the movie, and whether there still is a connection. @returns what ends that */
  follow(
    movie: string,
    onData: (data: MovieData) => void,
    onConnection: (isOpen: boolean) => void,
  ): () => void
}
