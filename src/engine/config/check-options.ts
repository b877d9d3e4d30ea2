import { z } from 'zod'
import { PRIORITY_LIMIT } from '../../blueprint/blueprint-limits.js'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import { mistakesError } from '../../diagnostics/mistakes-error.js'
import { readShape } from '../../diagnostics/read-shape.js'
import { TIMER_LIMIT_MS } from '../../model/clock.js'
import type { ErrorCode } from '../../model/error/error.js'
import { isJsonObject } from '../../model/json.js'
import { EVENT_TYPES } from '../../model/movie/event-subject.js'
import { latencySchema } from '../../model/provider/latency.js'
import { INLINE_LIMIT_MAX_BYTES } from '../../model/value-limits.js'
import { CUSTOM_STORE_SHAPE, isCustomStore } from '../../storage/custom/custom-store.js'
import type { ServeOptions } from '../../ui/page-server.js'
import type { RowsOptions } from '../movie/movie-row.js'
import { type ProviderEntry, readProviders } from '../provider/provider-entries.js'
import type { SignalOptions } from '../signal/signal-options.js'
import type { EngineOptions } from './engine-options.js'
import type {
  ArtifactsOptions,
  EditOptions,
  EventBatchesOptions,
  EventsOptions,
  ExportOptions,
  GcOptions,
  PlanRequest,
  RehearseRequest,
  RunRequest,
} from './requests.js'
import { readResourceLimits, SETTINGS } from './settings.js'

/** Checks of what types cannot promise, since a caller may write plain JavaScript. */

const signal = () => z.custom<AbortSignal>(value => value instanceof AbortSignal, 'Expected an AbortSignal')
const text = () => z.string().min(1)
/** A moment of a movie's log. */
export const moment = () =>
  z.union(
    [z.int().min(0), z.string().min(1), z.date()],
    'Expected the number of an event, the id of a run, or a time',
  )
const dollars = () => z.number().min(0, 'Expected dollars from 0')
const budget = () =>
  z.union([
    dollars(),
    z.strictObject({
      total: dollars().optional(),
      providers: z.record(z.string(), dollars()).optional(),
    }),
  ])
const flag = () => z.boolean()
const milliseconds = () =>
  z.custom<number>(value => typeof value === 'number' && value >= 0, 'Expected milliseconds from 0')
const texts = () => z.array(z.string())
const wholeNumber = () => z.int().min(0)

const elementCount = () => z.union([z.int().min(1), z.record(z.string(), z.int().min(1))])

export const ENGINE_OPTIONS = {
  ...SETTINGS,
  store: () =>
    z.custom(
      value => (typeof value === 'string' && value !== '') || isCustomStore(value),
      `Expected the URL of a store, or ${CUSTOM_STORE_SHAPE}`,
    ),
  folder: text,
  configSource: () => z.unknown(),
  abortGraceMs: () => z.number().min(0).max(TIMER_LIMIT_MS),
  fleetWaitMs: milliseconds,
  hostSilenceMs: () => z.number().min(1_000).max(600_000),
  durability: () => z.enum(['fdatasync', 'process']),
  bytesInFlightLimit: () => z.int().min(1),
  inlineLimitBytes: () => z.int().min(0).max(INLINE_LIMIT_MAX_BYTES),
  telemetry: flag,
}

export const RUN_REQUEST = {
  blueprint: z.custom(
    value => typeof value === 'string' || value instanceof URL || isJsonObject(value),
    'Expected the path of a blueprint, its URL or its definition',
  ),
  inputs: () => z.custom(isJsonObject, 'Expected a mapping from the names of inputs to their values'),
  movieId: () => z.string(),
  regenerate: texts,
  first: elementCount,
  sample: elementCount,
  seed: () => z.union([z.number(), z.string()]),
  against: moment,
  until: () => z.union([z.string().min(1), z.array(z.string().min(1))]),
  upToLayer: () => z.int().min(1),
  simulate: flag,
  concurrency: SETTINGS.concurrency,
  schedule: () => z.enum(['layers', 'dataflow']),
  failFast: flag,
  stop: SETTINGS.stop,
  priority: () => z.int().min(1).max(PRIORITY_LIMIT),
  budgetUsd: budget,
  budgetRunUsd: budget,
  takeover: flag,
  waitMs: milliseconds,
  outageWaitMs: milliseconds,
  signal,
}

const GC_OPTIONS = { dryRun: flag, goneArtifacts: flag, signal }
const EDIT_OPTIONS = { base: text, signal }
const ARTIFACTS_OPTIONS = { ids: texts, signal }
const ROWS_OPTIONS = {
  onlyAccepted: flag,
  keys: () => z.array(z.union([z.string(), z.number()])),
  signal,
}
const EVENTS_OPTIONS = {
  types: texts,
  since: wholeNumber,
  follow: flag,
  signal,
}
const position = () => z.strictObject({ seq: wholeNumber(), offset: wholeNumber(), token: wholeNumber() })
const EVENT_BATCHES_OPTIONS = {
  types: texts,
  after: position,
  to: position,
  follow: flag,
  signal,
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkEngineOptions(options: EngineOptions): void {
  const book = new MistakeBook()
  const { resourceLimits } = readShape(book, options, [], ENGINE_OPTIONS)
  if (resourceLimits !== undefined) readResourceLimits(book, resourceLimits)
  refuse(book, 'USAGE_INVALID', 'openEngine()')
}

/** @throws ShowrunnerError `CONFIG_INVALID` with every mistake */
export function checkProviders(providers: unknown): Record<string, ProviderEntry> {
  const book = new MistakeBook()
  const entries = readProviders(book, providers, ['providers'])
  refuse(book, 'CONFIG_INVALID', 'openEngine()')
  return entries
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkPlanRequest(request: PlanRequest): void {
  // The same request may be planned and then run.
  check(request, RUN_REQUEST, 'engine.plan()')
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkRunRequest(request: RunRequest): void {
  check(request, RUN_REQUEST, 'engine.run()')
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkRehearseRequest(request: RehearseRequest): void {
  const latencyMs = () => z.record(z.string(), latencySchema())
  check(request, { ...RUN_REQUEST, latencyMs }, 'engine.rehearse()')
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkServeOptions(options: ServeOptions): void {
  check(options, { port: () => z.int().min(0).max(65_535), movie: text }, 'engine.serve()')
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkEventsOptions(options: EventsOptions): void {
  const book = new MistakeBook()
  const { types } = readShape(book, options, [], EVENTS_OPTIONS)
  checkEventTypes(book, types)
  refuse(book, 'USAGE_INVALID', 'movie.events()')
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkEventBatchesOptions(options: EventBatchesOptions): void {
  const book = new MistakeBook()
  const { to, types, follow } = readShape(book, options, [], EVENT_BATCHES_OPTIONS)
  checkEventTypes(book, types)
  if (to !== undefined && follow === true) book.add(['to'], 'Not together with follow, which waits for more')
  refuse(book, 'USAGE_INVALID', 'movie.eventBatches()')
}

/** A misspelt type would find nothing, as if there had been no such event. */
function checkEventTypes(book: MistakeBook, types: readonly string[] = []): void {
  for (const [at, type] of types.entries())
    if (!(EVENT_TYPES as readonly string[]).includes(type))
      book.addUnknown(['types', at], 'type of event', type, EVENT_TYPES)
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkArtifactsOptions(options: ArtifactsOptions): void {
  check(options, ARTIFACTS_OPTIONS, 'movie.artifacts()')
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkExportOptions(options: ExportOptions): void {
  check(options, { ...ARTIFACTS_OPTIONS, rejected: flag }, 'movie.export()')
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkRowsOptions(options: RowsOptions): void {
  check(options, ROWS_OPTIONS, 'movie.rows()')
}

/** @throws ShowrunnerError `USAGE_INVALID`: a misspelt `dryRun` must not remove anything */
export function checkGcOptions(options: GcOptions): void {
  check(options, GC_OPTIONS, 'movie.gc()')
}

/** @throws ShowrunnerError `USAGE_INVALID` */
export function checkRegenerateOptions(options: {
  readonly jobs: readonly string[]
  readonly signal?: AbortSignal | undefined
}): void {
  check(options, { jobs: z.array(z.string().min(1)).min(1), signal }, 'movie.regenerate()')
}

/** @throws ShowrunnerError `USAGE_INVALID` */
export function checkEditOptions(options: EditOptions): void {
  check(options, EDIT_OPTIONS, 'movie.edit()')
}

/** @throws ShowrunnerError `USAGE_INVALID` */
export function checkSignalOptions(options: SignalOptions, call: string): void {
  check(options, { signal }, call)
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function check(value: unknown, shape: Parameters<typeof readShape>[3], call: string): void {
  const book = new MistakeBook()
  readShape(book, value, [], shape)
  refuse(book, 'USAGE_INVALID', call)
}

function refuse(book: MistakeBook, code: ErrorCode, subject: string): void {
  if (!book.isEmpty) throw mistakesError(code, subject, book)
}
