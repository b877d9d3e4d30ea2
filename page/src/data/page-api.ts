import type { ComparisonData } from '../../../src/ui/page-comparison.ts'
import type {
  MovieData,
  RegenerationData,
  RunChanges,
  StoreData,
  TimelineData,
} from '../../../src/ui/page-data.ts'
import type { JobDetail, JobsPage } from '../../../src/ui/page-jobs.ts'
import type { JudgedState, ReviewOutcomeData, ReviewsPage } from '../../../src/ui/page-reviews.ts'

/** Jobs to be shown; what is left out leaves them all. */
export interface Filter {
  readonly producer?: string
  readonly state?: string
  readonly reason?: number
  readonly text?: string
  /** Jobs that changed after so many changes, and before so many. */
  readonly from?: number
  readonly to?: number
  /** A column, with `-` in front for the largest first; the order of the plan without it. */
  readonly sort?: string
}

export interface JobsRequest extends Filter {
  readonly movie: string
  readonly offset: number
  readonly limit: number
  /** A moment of the past, in changes. */
  readonly at?: number | undefined
}

/** `ended`: the server has said that it ends, and how the movie stood then. */
export type Connection = 'open' | 'lost' | 'ended'

export type Action = 'pin' | 'unpin' | 'edit' | 'replace' | 'regenerate' | 'review'

/** What an action says of what it has done. */
export type ActionResult = Partial<RegenerationData & ReviewOutcomeData>

/** Where the page has its data from: a server, or the report that it is in. */
export interface PageApi {
  /** It knows the movie at other moments, too. */
  readonly hasPast: boolean
  /** It has only so many of the jobs one by one. */
  readonly shown?: { readonly jobs: number; readonly total: number }
  store(): Promise<StoreData>
  movie(movie: string, at: number): Promise<MovieData>
  jobs(request: JobsRequest): Promise<JobsPage>
  job(movie: string, job: number, at: number | undefined): Promise<JobDetail>
  reviews(movie: string, state: JudgedState | undefined, offset: number): Promise<ReviewsPage>
  timeline(movie: string, run: string | undefined, at: number | undefined): Promise<TimelineData>
  /** What differs between two moments, in changes; without the second, up to now. */
  comparison(movie: string, from: number, to: number | undefined, offset: number): Promise<ComparisonData>
  runs(movie: string, at: number | undefined): Promise<readonly RunChanges[]>
  /** Changes the movie. Absent where nothing can be changed: in a report, and without the token of the command. */
  act?(movie: string, action: Action, body: object): Promise<ActionResult>
  /** Undefined where contents are not at hand. */
  contentUrl(movie: string, seq: number, isFile?: boolean): string | undefined
  /** Of an output of an answer that was rejected. */
  answerUrl(movie: string, seq: number, output: string): string | undefined
  /** Tells of each state of the movie, and whether there still is a connection. @returns what ends that */
  follow(
    movie: string,
    onData: (data: MovieData) => void,
    onConnection: (connection: Connection) => void,
  ): () => void
}
