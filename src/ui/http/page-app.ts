import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type ErrorCode, isShowrunnerError } from '../../model/error/error.js'
import type { StoreData } from '../page-data.js'
import type { JobDetail } from '../page-jobs.js'
import type { PageSource } from '../page-source.js'
import { COMPARED_LIMIT, comparison } from '../query/comparison.js'
import { jobDetail } from '../query/job/job-detail.js'
import { isJobState } from '../query/job-filter.js'
import { PAGE_LIMIT } from '../query/jobs-page.js'
import { REVIEWS_LIMIT } from '../query/review-items.js'
import { runChanges } from '../query/run-changes.js'
import { timeline } from '../query/timeline.js'
import type { AccessToken } from './access-token.js'
import { artifactResponse } from './artifact-response.js'
import { guard } from './guard.js'
import { liveStream } from './live-stream.js'
import { MOVIE_ACTIONS } from './movie-actions.js'
import type { MovieView, MovieViews } from './movie-views.js'
import type { PageFile } from './page-files.js'

/** Of what is sent to replace an artifact. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024

const STATUS_OF_ERROR: Partial<Record<ErrorCode, 400 | 404 | 409 | 410>> = {
  USAGE_INVALID: 400,
  MOVIE_NOT_FOUND: 404,
  JOB_UNKNOWN: 404,
  ARTIFACT_UNKNOWN: 404,
  MOVIE_BUSY: 409,
  WRITER_FENCED: 409,
  EDIT_CONFLICT: 409,
  ENGINE_CLOSED: 410,
}

export interface PageAppParts {
  readonly source: PageSource
  readonly views: MovieViews
  readonly files: ReadonlyMap<string, PageFile>
  readonly token: AccessToken
  /** Cookies are shared by the ports of a machine, so that each server names its own. */
  readonly cookieName: string
  readonly closed: AbortSignal
}

/** Everything that the server answers, as a function of requests. */
export function pageApp({ source, views, files, token, cookieName, closed }: PageAppParts): Hono {
  const app = new Hono()
  app.use(guard(token, cookieName))

  app.get('/api/store', async context => {
    const movies: string[] = []
    for await (const movie of source.listMovies()) movies.push(movie)
    return context.json({ store: source.store, movies } satisfies StoreData)
  })

  const ofMovie = (answer: (context: Context, view: MovieView) => Response | Promise<Response>) => {
    return async (context: Context): Promise<Response> => {
      const view = await views.open(context.req.param('movie') ?? '')
      if (view === undefined) return context.notFound()
      await view.begun
      return await answer(context, view)
    }
  }

  app.get(
    '/api/movies/:movie',
    ofMovie(async (context, view) => context.json(await view.data(numberOf(context, 'at')))),
  )
  app.get(
    '/api/movies/:movie/live',
    ofMovie((context, view) => liveStream(context, view, closed)),
  )
  app.get(
    '/api/movies/:movie/jobs',
    ofMovie(async (context, { movie, pages }) => {
      const { req } = context
      const state = req.query('state')
      return context.json(
        await pages.page(movie.moment(numberOf(context, 'at')), {
          producer: req.query('producer'),
          state: isJobState(state) ? state : undefined,
          reason: numberOf(context, 'reason'),
          text: req.query('text'),
          sort: req.query('sort'),
          from: numberOf(context, 'from'),
          to: numberOf(context, 'to'),
          offset: numberOf(context, 'offset') ?? 0,
          limit: numberOf(context, 'limit') ?? PAGE_LIMIT,
          withOutputs: req.query('outputs') !== undefined,
        }),
      )
    }),
  )
  app.get(
    '/api/movies/:movie/reviews',
    ofMovie(async (context, { movie, reviews }) =>
      context.json(
        await reviews.page(movie.moment(), context.req.query('state'), {
          offset: numberOf(context, 'offset') ?? 0,
          limit: numberOf(context, 'limit') ?? REVIEWS_LIMIT,
        }),
      ),
    ),
  )
  app.get(
    '/api/movies/:movie/timeline',
    ofMovie((context, { movie }) => {
      const moment = movie.moment(numberOf(context, 'at'))
      const wanted = context.req.query('run')
      const run = wanted === undefined ? moment.run : movie.history.runs.find(({ runId }) => runId === wanted)
      return run === undefined ? context.notFound() : context.json(timeline(moment, run, Date.now()))
    }),
  )
  app.get(
    '/api/movies/:movie/runs',
    ofMovie((context, { movie }) => context.json(runChanges(movie.moment(numberOf(context, 'at'))))),
  )
  app.get(
    '/api/movies/:movie/comparison',
    ofMovie(async (context, { movie }) => {
      const [from = 0, to] = [numberOf(context, 'from'), numberOf(context, 'to')]
      const moments = [movie.moment(Math.min(from, to ?? from)), movie.moment(to)] as const
      return context.json(
        await comparison(movie, moments, {
          offset: numberOf(context, 'offset') ?? 0,
          limit: numberOf(context, 'limit') ?? COMPARED_LIMIT,
        }),
      )
    }),
  )
  app.get(
    '/api/movies/:movie/jobs/:job',
    ofMovie(async (context, { movie }) => {
      const job = Number(context.req.param('job'))
      const moment = movie.moment(numberOf(context, 'at'))
      if (!Number.isSafeInteger(job) || job < 0 || job >= movie.history.jobs.count) return context.notFound()
      const notes = source.notesOf(movie.id, movie.history.jobs.idAt(job))
      return context.json({ ...(await jobDetail(movie, moment, job)), notes } satisfies JobDetail)
    }),
  )
  app.get(
    '/api/movies/:movie/artifacts/:seq',
    ofMovie(async (context, { movie }) => {
      const wantsFile = context.req.query('download') !== undefined
      const range = context.req.header('range')
      const output = context.req.query('output')
      const seq = Number(context.req.param('seq'))
      const response = await artifactResponse(movie, seq, { wantsFile, range, output })
      return response ?? context.notFound()
    }),
  )
  app.post(
    '/api/movies/:movie/:action',
    bodyLimit({ maxSize: BODY_LIMIT_BYTES }),
    ofMovie(async (context, view) => {
      const name = context.req.param('action') ?? ''
      if (!Object.hasOwn(MOVIE_ACTIONS, name)) return context.notFound()
      await view.movie.ready
      return context.json(await MOVIE_ACTIONS[name]!(view, context))
    }),
  )
  app.get('*', context => {
    const file = files.get(context.req.path)
    if (file === undefined) return context.notFound()
    return context.body(file.bytes, 200, { 'Content-Type': file.mimeType })
  })
  app.onError((error, context) => {
    const known = isShowrunnerError(error)
    const status = (known && STATUS_OF_ERROR[error.code]) || 500
    return context.json(
      {
        error: {
          code: known ? error.code : 'INTERNAL',
          message: known ? error.message : 'The server failed.',
        },
      },
      status,
    )
  })
  return app
}

/** A whole number from 0 in the query; undefined for anything else. */
function numberOf(context: Context, name: string): number | undefined {
  const text = context.req.query(name)
  const number = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}
