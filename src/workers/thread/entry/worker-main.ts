import { AsyncLocalStorage } from 'node:async_hooks'
import { Console } from 'node:console'
import { WorkerLostError } from '../../../model/error/worker-lost-error.js'
import type { MovieId, RunId } from '../../../model/id.js'
import type { ProviderCode } from '../../../model/job.js'
import { movieId } from '../../../model/movie-id.js'
import { type ProcessGroupNotice, processGroups } from '../../../model/process-group.js'
import { keepReserve } from '../../../model/shortage/descriptor-reserve.js'
import { BUNDLE_FILES, loadWithRoom } from '../../../model/shortage/room-for-files.js'
import { SHORTAGE_WAY_OUT } from '../../../model/shortage/shortage.js'
import { shortageOf } from '../../../model/shortage/shortage-of.js'
import type { ResultCache } from '../../../storage/cache/result-cache.js'
import type { Attempt } from '../../attempt/attempt.js'
import { boundedText, plainText } from '../../attempt/failure/plain-text.js'
import { lazyBlobs, type ReleasableBlobs } from '../../attempt/output/blob-access.js'
import { ProviderModules } from '../../attempt/provider-modules.js'
import { redactor } from '../../attempt/secret/redact.js'
import { threadGate } from '../../attempt/shortage-gate.js'
import { type RunSite, WorkerSession } from '../../session/worker-session.js'
import { PortLink } from '../port-link.js'
import type { FromThread, RunPlaces, SessionStart, ToThread } from '../thread-message.js'
import { useEnvironmentProxies } from './environment-proxy.js'

/**
 * Entry of a worker thread. The pool runs {@link session} in it as one long task; a thread has one session
 * at a time.
 *
 * An exception that nobody caught would end the thread, and with it the paid work of every other job on it.
 * Instead the attempt it came from (known by its asynchronous context) fails, and the thread, whose state is
 * no longer certain, gets no new jobs and ends when the others are done.
 */

keepReserve()
const gate = threadGate()
const scope = new AsyncLocalStorage<Attempt>()
const modules = new ProviderModules()
const stores = new Map<string, Promise<{ blobs(movie: MovieId): ReleasableBlobs }>>()
const caches = new Map<string, Promise<ResultCache>>()
let current: WorkerSession | undefined
let link: PortLink<FromThread, ToThread> | undefined
let proxies: Promise<void> | undefined

export async function session(start: SessionStart): Promise<void> {
  const { port, modules: configured, abortGraceMs, inlineLimitBytes } = start
  modules.configure(configured)
  const places = new Map<RunId, RunPlaces>()
  const mine = new WorkerSession(
    receive => {
      link = new PortLink<FromThread, ToThread>(port, message => {
        if (message.type === 'run.places') places.set(message.run, message.places)
        else receive(message)
      })
      return link
    },
    {
      abortGraceMs,
      inlineLimitBytes,
      scope,
      gate,
      provider,
      run: opening => {
        const its = places.get(opening.run)!
        places.delete(opening.run)
        return siteOf(its, movieId(opening.movieId), start)
      },
    },
  )
  current = mine
  await mine.ended
  await Promise.allSettled([...caches.values()].map(async cache => (await cache).blobs.release()))
  if (current === mine) current = undefined
}

function siteOf({ baseFolder, storeUrl, cacheUrl }: RunPlaces, movie: MovieId, start: SessionStart): RunSite {
  const open = async (url: string) => (await openedStore(url, start)).blobs(movie)
  return {
    baseFolder,
    blobs: storeUrl === undefined ? undefined : lazyBlobs(() => open(storeUrl)),
    openCache: cacheUrl === undefined ? undefined : () => openCache(cacheUrl),
  }
}

function provider(code: ProviderCode) {
  if (code.type === 'module') {
    // Loaded outside the scope: what a module starts meanwhile belongs to no single attempt.
    return modules.loaded(code) ?? scope.exit(() => load(code))
  }
  throw new Error(`Inline provider "${code.name}" was sent to a worker thread.`)
}

async function load(code: Extract<ProviderCode, { type: 'module' }>) {
  proxies ??= useEnvironmentProxies(process.env)
  await proxies
  try {
    return await modules.load(code)
  } catch (error) {
    if (shortageOf(error) === undefined) throw error
    // Node keeps the failure as long as the thread lives, so another thread has to try.
    current?.taint()
    throw new WorkerLostError(`${(error as Error).message} ${SHORTAGE_WAY_OUT.files}`, false)
  }
}

function openedStore(url: string, { durability }: SessionStart) {
  let opening = stores.get(url)
  if (opening === undefined) {
    // Loaded here because many runs never store a blob from a thread.
    opening = loadWithRoom(() => import('../../../storage/open-store.js'), BUNDLE_FILES).then(
      ({ openStore }) => openStore(url, { durability }),
    )
    opening.catch(() => stores.delete(url))
    stores.set(url, opening)
  }
  return opening
}

function openCache(url: string): Promise<ResultCache> {
  let opening = caches.get(url)
  if (opening === undefined) {
    opening = loadWithRoom(
      () =>
        Promise.all([
          import('../../../storage/cache/open-cache.js'),
          import('../../../storage/open-store.js'),
        ]),
      BUNDLE_FILES,
    ).then(([module, { openStore }]) => module.openCache(url, openStore))
    opening.catch(() => caches.delete(url))
    caches.set(url, opening)
  }
  return opening
}

function onUncaught(error: unknown, kind: string): void {
  const attempt = scope.getStore()
  if (attempt === undefined || attempt.isSettled) {
    const redact = attempt?.redact ?? redactor({}, process.env)
    const text = boundedText(plainText(error), redact)
    process.stderr.write(`showrunner: ${kind} outside a running job in a worker thread: ${text}\n`)
  } else {
    attempt.fail(error)
  }
}

process.on('uncaughtException', error => {
  onUncaught(error, 'uncaught exception')
  current?.taint()
})
// A forgotten promise says nothing about the rest of the thread's state.
process.on('unhandledRejection', reason => onUncaught(reason, 'unhandled rejection'))

// Runs when a provider calls process.exit(), not when the thread is terminated.
process.on('exit', () => current?.flush())

processGroups.subscribe(notice => {
  const { pid, state } = notice as ProcessGroupNotice
  link?.post({ type: 'process', pid, state })
})

// The host's standard output may be read by a machine (`--json`), so what providers print goes to stderr.
process.stdout.write = process.stderr.write.bind(process.stderr)
globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr })
