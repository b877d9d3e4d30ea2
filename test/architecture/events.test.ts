import { expect, test } from 'vitest'
import { readSourceFiles, type SourceFiles, withoutComments } from './source-files.js'

/** What carries out a run. Other operations of the engine, such as pinning, record their own events. */
const OF_RUNS = /^(coordinator\/|engine\/run\/|rehearsal\/|workers\/)/
const ORIGIN = /^coordinator\/transition\//
/** An event that is made; not its declaration, which says `readonly`. */
const MADE =
  /(?<!readonly )\btype: '((artifact|job|run|limit|regenerate)(\.(succeeded|failed|skipped|submitted|started|finished|adjusted|requested|reviewed))?)'/g
const EVENT =
  /^(artifact(\.reviewed)?|job\.(succeeded|failed|skipped|submitted)|run\.(started|finished)|limit\.adjusted|regenerate\.requested)$/

const eventsMadeIn = (source: string): string[] =>
  [...withoutComments(source).matchAll(MADE)].map(([, type]) => type!).filter(type => EVENT.test(type))

function strayEvents(files: SourceFiles): string[] {
  return [...files]
    .filter(([path]) => OF_RUNS.test(path) && !ORIGIN.test(path))
    .flatMap(([path, source]) => eventsMadeIn(source).map(type => `${path} makes ${type}`))
}

const files = readSourceFiles()

test('every type of event that a run records is made in the transition', () => {
  const made = new Set(
    [...files].filter(([path]) => ORIGIN.test(path)).flatMap(([, source]) => eventsMadeIn(source)),
  )
  expect([...made].sort()).toEqual([
    'artifact',
    'artifact.reviewed',
    'job.failed',
    'job.skipped',
    'job.submitted',
    'job.succeeded',
    'limit.adjusted',
    'regenerate.requested',
    'run.finished',
    'run.started',
  ])
})

test('and nowhere else', () => {
  expect(strayEvents(files)).toEqual([])
})

test('an event that is made elsewhere would be found', () => {
  const stray = new Map([['coordinator/state/new.ts', "record({ type: 'job.failed', jobId })"]])
  expect(strayEvents(stray)).toEqual(['coordinator/state/new.ts makes job.failed'])
})
