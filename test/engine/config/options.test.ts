import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EngineOptions } from '../../../src/engine/config/engine-options.js'
import type { RunRequest } from '../../../src/engine/config/requests.js'
import type { Engine } from '../../../src/engine/engine.js'
import { openEngine } from '../../../src/engine/engine.js'
import { isShowrunnerError } from '../../../src/model/error/error.js'

const failureOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => 'nothing was thrown',
    thrown => thrown,
  )
  return isShowrunnerError(error) ? `${error.code}: ${error.message}` : String(error)
}

const provider = () => ({ outputs: {} })

test.each<[string, unknown, RegExp]>([
  [
    'a store',
    { store: 5 },
    /^USAGE_INVALID: openEngine\(\) has 1 mistake:\n {2}store: Expected the URL of a store, or .*, got 5/,
  ],
  ['threads', { threads: 0 }, /threads: Expected at least 1, got 0/],
  ['concurrency', { concurrency: 2.5 }, /concurrency: Expected a whole number, got 2\.5/],
  ['an endless grace', { abortGraceMs: Infinity }, /abortGraceMs: Expected a number, got Infinity/],
  ['a negative grace', { abortGraceMs: -1 }, /abortGraceMs: Expected at least 0/],
  ['an inline limit', { inlineLimitBytes: Number.NaN }, /inlineLimitBytes: Expected .* got NaN/],
  ['a durability', { durability: 'fsync' }, /durability: There is no type "fsync"/],
  [
    'a memory limit',
    { resourceLimits: { maxOldGenerationSizeMb: '1' } },
    /maxOldGenerationSizeMb: Expected a number/,
  ],
  ['a misspelt key', { concurency: 5 }, /There is no key "concurency".*Did you mean "concurrency"/],
  ['no options', 'file:./movies', /Expected a mapping, got "file:/],
  ['a bare function', { providers: { a: provider } }, /^CONFIG_INVALID: .*providers\.a: .*Write inline/s],
  [
    'no provider',
    { providers: { a: null } },
    /^CONFIG_INVALID: .*providers\.a: Expected a mapping, got nothing/s,
  ],
  [
    'a number as a provider',
    { providers: { a: 5 } },
    /^CONFIG_INVALID: .*providers\.a: Expected a mapping, got 5/s,
  ],
  ['a list of providers', { providers: [] }, /^CONFIG_INVALID: .*providers: Expected a mapping, got a list/s],
  [
    'a config with code in it',
    { providers: { a: { type: 'inline', provider, config: { f: () => 0 } } } },
    /^CONFIG_INVALID: .*providers\.a\.config\.f: Expected JSON data/s,
  ],
  [
    'a limit',
    { providers: { a: { module: 'builtin:template', limits: { concurrency: 0 } } } },
    /at least 1, got 0/,
  ],
])('openEngine refuses %s', async (_what, options, message) => {
  expect(await failureOf(openEngine(options as EngineOptions))).toMatch(message)
})

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ store: 'memory:' })
})
afterAll(async () => {
  await engine.close()
})

const blueprint = './book.yaml'

test.each<[string, unknown, RegExp]>([
  [
    'nothing',
    undefined,
    /^USAGE_INVALID: engine\.run\(\) has 1 mistake:\n {2}Expected a mapping, got nothing/,
  ],
  [
    'no blueprint',
    {},
    /"blueprint" is missing\. Expected the path of a blueprint, its URL or its definition/,
  ],
  ['a number as a blueprint', { blueprint: 5 }, /blueprint: Expected the path/],
  ['a list of inputs', { blueprint, inputs: [] }, /inputs: Expected a mapping .*, got a list/],
  ['a signal', { blueprint, signal: 5 }, /signal: Expected an AbortSignal, got 5/],
  ['a negative wait', { blueprint, waitMs: -1 }, /waitMs: Expected milliseconds from 0, got -1/],
  ['a schedule', { blueprint, schedule: 'layer' }, /schedule: .*Did you mean "layers"/],
  [
    'regenerate as a text',
    { blueprint, regenerate: 'Picture' },
    /regenerate: Expected a list, got "Picture"/,
  ],
  ['two mistakes', { blueprint, failFast: 1, upToLayers: 1 }, /has 2 mistakes/],
])('engine.run refuses %s', async (_what, request, message) => {
  expect(await failureOf(engine.run(request as RunRequest))).toMatch(message)
})

test('engine.plan and movie.events refuse what they do not know', async () => {
  expect(await failureOf(engine.plan({ blueprint, inputs: 5 } as never))).toMatch(
    /^USAGE_INVALID: engine\.plan\(\)/,
  )
  const events = engine.movie('book').events({ since: -1 })
  expect(await failureOf(events.next())).toMatch(
    /^USAGE_INVALID: movie\.events\(\).*since: Expected at least 0/s,
  )
})
