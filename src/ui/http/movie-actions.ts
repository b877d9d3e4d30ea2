import type { Context } from 'hono'
import { z } from 'zod'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JsonValue } from '../../model/json.js'
import type { FollowedMovie } from '../history/followed-movie.js'
import { JOB_STATES } from '../history/jobs/job-change.js'
import type { RegenerationData } from '../page-data.js'
import { filteredJobs } from '../query/job-filter.js'
import { JobOrder } from '../query/job-order.js'

const artifact = z.string().min(1).max(2_000)
const number = z.int().min(0).optional()
const ARTIFACT = z.strictObject({ artifact })
const EDIT = z.strictObject({ artifact, base: z.string().optional(), value: z.json() })
const DECISIONS = z.strictObject({
  decisions: z
    .array(
      z.strictObject({
        artifact,
        hash: z.string().min(1),
        decision: z.enum(['approve', 'reject']),
        note: z.string().max(10_000).optional(),
      }),
    )
    .min(1)
    .max(10_000),
  replace: z.boolean().optional(),
})
const JOBS = z.strictObject({
  jobs: z.array(z.string()).min(1).optional(),
  filter: z
    .strictObject({
      producer: z.string().optional(),
      state: z.enum(JOB_STATES).optional(),
      reason: number,
      text: z.string().optional(),
      from: number,
      to: number,
    })
    .optional(),
})

/** What is changed: the movie, as its page sees it. */
interface ActedView {
  readonly movie: FollowedMovie
}

/** Everything by which the page changes a movie: the engine's own calls, one for each name in an address. */
export const MOVIE_ACTIONS: Readonly<Record<string, (view: ActedView, context: Context) => Promise<object>>> =
  {
    async pin({ movie }, context) {
      await movie.movie.pin((await bodyOf(context, ARTIFACT)).artifact)
      return {}
    },
    async unpin({ movie }, context) {
      await movie.movie.unpin((await bodyOf(context, ARTIFACT)).artifact)
      return {}
    },
    async edit({ movie }, context) {
      const { artifact: id, base, value } = await bodyOf(context, EDIT)
      await movie.movie.edit(id, value as JsonValue, { base })
      return {}
    },
    /** The same, with bytes. */
    async replace({ movie }, context) {
      const { artifact: id = '', base } = context.req.query()
      if (context.req.header('content-type') !== 'application/octet-stream') throw unreadable('bytes')
      await movie.movie.edit(id, new Uint8Array(await context.req.arrayBuffer()), { base })
      return {}
    },
    async review({ movie }, context): Promise<object> {
      const { decisions, replace } = await bodyOf(context, DECISIONS)
      return await movie.movie.review(decisions, { replace })
    },
    async regenerate(view, context): Promise<RegenerationData> {
      const { jobs, filter } = await bodyOf(context, JOBS)
      const { jobCount, pinned } = await view.movie.movie.regenerate(jobs ?? jobsOf(view, filter ?? {}))
      return { jobCount, pinned: pinned.length }
    },
  }

/** The jobs that a list shows now. */
function jobsOf({ movie }: ActedView, filter: Parameters<typeof filteredJobs>[2]): string[] {
  const moment = movie.moment()
  const order = new JobOrder(moment)
  const { jobs } = movie.history
  const found = filteredJobs(moment, order, filter)
  if (found === undefined) return ['*']
  return Array.from(found, job => jobs.idAt(job))
}

async function bodyOf<Shape extends z.ZodType>(context: Context, shape: Shape): Promise<z.output<Shape>> {
  // A type that no form can send: a browser asks first whether another page may.
  if (context.req.header('content-type') !== 'application/json') throw unreadable('JSON')
  const body: unknown = await context.req.json().catch(() => undefined)
  const { success, data } = shape.safeParse(body)
  if (!success) throw unreadable('an object with the fields of this call')
  return data
}

const unreadable = (wanted: string): ShowrunnerError =>
  new ShowrunnerError('USAGE_INVALID', `The body of this request must be ${wanted}.`)
