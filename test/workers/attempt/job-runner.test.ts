import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { MESSAGE_LIMIT_CHARS, ShowrunnerError } from '../../../src/model/error/error.js'
import { valueHash } from '../../../src/model/hash.js'
import type { JobOutcome } from '../../../src/model/job.js'
import type { JsonValue } from '../../../src/model/json.js'
import { ProviderError } from '../../../src/model/provider/failure/provider-error.js'
import type { OutputRequest, OutputValue, ProduceContext } from '../../../src/model/provider/provider.js'
import { RETRY_AFTER_LIMIT_MS } from '../../../src/model/provider/read-rate-limits.js'
import { CHECKPOINT_LIMIT_BYTES, VALUE_LIMIT_BYTES } from '../../../src/model/value-limits.js'
import { FAILED_ANSWER_LIMIT_CHARS } from '../../../src/workers/attempt/failure/failed-answer.js'
import { PENDING_CHECKPOINTS_LIMIT } from '../../../src/workers/attempt/pending-checkpoints.js'
import { codeOf } from '../../support/jobs/job-inbox.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const outputs = (type: string, count?: number): Record<string, OutputRequest> => ({
  Out: count === undefined ? { type } : { type, count },
})

async function returning(type: string, value: unknown, count?: number): Promise<JobOutcome> {
  const produce = () => ({ outputs: { Out: value as OutputValue } })
  return (await runProvider(produce, { outputs: outputs(type, count) })).outcome
}

const messageOf = (outcome: JobOutcome): string => (outcome.state === 'failed' ? outcome.error.message : '')

describe('values', () => {
  test.each<[string, JsonValue]>([
    ['text', 'words'],
    ['json', { z: [1, null, 'x'], a: { b: true } }],
    ['json', 'a string is JSON as well'],
    ['number', 0.5],
    ['boolean', false],
  ])('%s %j is an artifact with its content hash', async (type, value) => {
    const outcome = await returning(type, value)
    expect(outcome).toEqual({
      state: 'succeeded',
      artifacts: [{ output: 'Out', index: 0, value, hash: valueHash(value) }],
    })
  })

  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  test.each<[string, unknown, RegExp]>([
    ['text', 5, /"Out" must be a string.*the number 5/],
    ['text', undefined, /nothing/],
    ['number', Number.NaN, /finite number/],
    ['number', '5', /finite number.*a string/],
    ['boolean', 'true', /true or false/],
    ['json', { list: [{ deep: undefined }] }, /undefined at \.list\[0\]\.deep/],
    ['json', { when: new Date() }, /a Date at \.when/],
    ['json', { big: 1n }, /a bigint at \.big/],
    ['json', () => {}, /a function/],
    ['json', new Map(), /a Map/],
    ['json', { n: Number.POSITIVE_INFINITY }, /Infinity at \.n/],
    ['json', cyclic, /contains itself/],
    ['image/png', 'not bytes', /context\.blob\(\).*a string/],
    ['image/png', new Uint8Array(3), /bare bytes/],
    [
      'image/png',
      { bytes: Buffer.from('<html>busy'), mimeType: 'text/html' },
      /must be image\/png.*text\/html/,
    ],
    ['image/png', { bytes: new Uint8Array(0), mimeType: 'image/png' }, /0 bytes/],
    ['audio/*', { bytes: new Uint8Array(0), mimeType: 'audio/wav' }, /0 bytes/],
    ['image/svg+xml', '', /0 bytes/],
  ])('%s refuses a wrong value (case %#) as a bug of the provider', async (type, value, message) => {
    const outcome = await returning(type, value)
    expect(codeOf(outcome)).toBe('bug')
    expect(messageOf(outcome)).toMatch(message)
  })

  test('a list output needs exactly its count, and each element its type', async () => {
    const outcome = await returning('number', [1, 2, 3], 3)
    expect(
      outcome.state === 'succeeded' && outcome.artifacts.map(({ index, value }) => [index, value]),
    ).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
    expect(messageOf(await returning('number', [1, 2], 3))).toMatch(/list of 3.*list of 2/)
    expect(messageOf(await returning('number', 1, 3))).toMatch(/list of 3/)
    expect(messageOf(await returning('number', [1, '2', 3], 3))).toMatch(/"Out\[1\]"/)
    expect(await returning('text', [], 0)).toEqual({ state: 'succeeded', artifacts: [] })
  })

  test.each([
    [{ outputs: {} }, /"Out".*nothing/],
    [{ outputs: { Out: 'x', Other: 'y' } }, /"Other".*asked for: Out/],
    [undefined, /must return \{ outputs/],
    ['text', /must return \{ outputs/],
    [{ Out: 'x' }, /must return \{ outputs.*an object with Out/],
  ])('a result %j is a bug', async (result, message) => {
    const { outcome } = await runProvider(() => result as never, { outputs: outputs('text') })
    expect(codeOf(outcome)).toBe('bug')
    expect(messageOf(outcome)).toMatch(message)
  })

  test('a key named __proto__ is data', async () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}}') as JsonValue
    const outcome = await returning('json', value)
    expect(JSON.stringify(outcome.state === 'succeeded' && outcome.artifacts[0]?.value)).toBe(
      '{"__proto__":{"polluted":true}}',
    )
  })

  test('a value is what it was when it was hashed, and copied by its JSON', async () => {
    const list = Object.assign(['a'], { extra: () => 0 })
    const value = new Proxy({ list, title: 'first' }, {})
    const { outcome } = await runProvider(() => ({ outputs: { Out: value } }), { outputs: outputs('json') })
    value.title = 'later'
    expect(valuesOf(outcome)).toEqual({ Out: { list: ['a'], title: 'first' } })
    expect(() => structuredClone(outcome)).not.toThrow()
    if (outcome.state !== 'succeeded') throw new Error('it must succeed')
    expect(outcome.artifacts[0]!.hash).toBe(valueHash(outcome.artifacts[0]!.value!))
  })

  test('values above the inline limit become blobs with the same hash', async () => {
    const values = { Text: 'ü'.repeat(10), Data: { b: 'x'.repeat(20), a: 1 }, Small: 'x' }
    const { outcome, blobs } = await runProvider(
      () => ({ outputs: values }),
      { outputs: { Text: { type: 'text' }, Data: { type: 'json' }, Small: { type: 'text' } } },
      {},
      { inlineLimitBytes: 19 },
    )
    const made = valuesOf(outcome) as Record<string, { hash: string; mimeType: string }>
    expect(made.Text).toMatchObject({ hash: valueHash(values.Text), mimeType: 'text/plain; charset=utf-8' })
    expect(made.Data).toMatchObject({ hash: valueHash(values.Data), mimeType: 'application/json' })
    expect(made.Small).toBe('x')
    expect(JSON.parse(blobs.bytes.get(made.Data!.hash)!.toString())).toEqual(values.Data)
  })

  test('a text beyond the value limit is too large', async () => {
    expect(codeOf(await returning('text', 'x'.repeat(VALUE_LIMIT_BYTES + 1)))).toBe('too_large')
  })
})

describe('what was returned and does not fit', () => {
  test('is kept to look at, without bytes and secrets, up to a limit', async () => {
    const { outcome } = await runProvider(
      () => ({
        outputs: {
          Out: 5,
          Bytes: Buffer.from('abc') as never,
          Long: 'x'.repeat(50_000),
          Key: 'sk-secret-secret',
        },
      }),
      { outputs: outputs('text'), config: { apiKey: 'sk-secret-secret' } },
    )
    const { answer } = outcome as { answer: string }
    expect(answer).toMatch(/^{"outputs":{"Out":5,/)
    expect(answer).not.toContain('secret-secret')
    expect(answer.length).toBeLessThanOrEqual(FAILED_ANSWER_LIMIT_CHARS)
  })
})

describe('bytes', () => {
  const png = { bytes: Buffer.from('png'), mimeType: 'image/png' }

  test('are stored, and named by their hash', async () => {
    const { outcome, blobs } = await runProvider(() => ({ outputs: { Out: png } }), {
      outputs: outputs('image/*'),
    })
    const [artifact] = outcome.state === 'succeeded' ? outcome.artifacts : []
    expect(artifact?.blob).toEqual({ hash: artifact?.hash, sizeBytes: 3, mimeType: 'image/png' })
    expect(blobs.text(artifact?.blob)).toBe('png')
  })

  test.each([
    ['image/png', 'image/png', '\xff\xd8\xff\xe0', 'image/jpeg'],
    ['audio/mpeg', 'audio/mp3', 'words', 'audio/mpeg'],
    ['image/*', 'image/jpg', 'words', 'image/jpeg'],
  ])('asked for as %s and given as %s they keep their true type', async (asked, said, text, kept) => {
    const bytes = Buffer.from(text, 'latin1')
    const whole = await runProvider(() => ({ outputs: { Out: { bytes, mimeType: said } } }), {
      outputs: outputs(asked),
    })
    async function* chunks() {
      for (const byte of bytes) yield Uint8Array.of(byte)
    }
    const streamed = await runProvider(
      async (_request, context) => ({ outputs: { Out: await context.blob(chunks(), said) } }),
      { outputs: outputs(asked) },
    )
    for (const { outcome } of [whole, streamed])
      expect(valuesOf(outcome)).toMatchObject({ Out: { mimeType: kept } })
    // A user is told when it is not what the blueprint says.
    const told = whole.inbox.messages.filter(({ type }) => type === 'job.log')
    expect(told).toHaveLength(asked === 'image/png' ? 1 : 0)
  })

  test('a string will do for a text type', async () => {
    const { outcome, blobs } = await runProvider(() => ({ outputs: { Out: '<p>ü' } }), {
      outputs: outputs('text/html'),
    })
    const [artifact] = outcome.state === 'succeeded' ? outcome.artifacts : []
    expect(artifact?.blob?.mimeType).toBe('text/html')
    expect(blobs.text(artifact?.blob)).toBe('<p>ü')
  })

  test('a faulty result stores nothing, not even its good parts', async () => {
    const { outcome, blobs } = await runProvider(() => ({ outputs: { Good: png, Bad: 5 } }), {
      outputs: { Good: { type: 'image/png' }, Bad: { type: 'text' } },
    })
    expect(codeOf(outcome)).toBe('bug')
    expect(blobs.bytes.size).toBe(0)
  })

  test('context.blob takes streams; a blob that nobody stored is refused', async () => {
    const streaming = async (_request: unknown, context: ProduceContext) => {
      async function* chunks() {
        yield Buffer.from('a')
        yield Buffer.from('b')
      }
      return { outputs: { Out: await context.blob(chunks(), 'audio/wav') } }
    }
    const { outcome, blobs } = await runProvider(streaming, { outputs: outputs('audio/wav') })
    expect(blobs.text((valuesOf(outcome) as { Out: never }).Out)).toBe('ab')

    const invented = { hash: 'a'.repeat(64), sizeBytes: 1, mimeType: 'audio/wav' }
    expect(messageOf(await returning('audio/wav', invented))).toMatch(/not in the movie's store/)
  })

  test('a blob has the size that is stored, whatever the provider says of it', async () => {
    const { outcome } = await runProvider(
      async (_request, context) => {
        const blob = await context.blob(Buffer.from('abc'), 'audio/wav')
        return { outputs: { Out: { ...blob, sizeBytes: 999 } } }
      },
      { outputs: outputs('audio/wav') },
    )
    expect(messageOf(outcome)).toMatch(/has 3 bytes, not 999/)
  })

  test.each<[string, unknown, RegExp]>([
    ['a text', 'plain', /needs bytes .* got a string.*TextEncoder/],
    ['null', null, /got null/],
    ['a list of numbers', [1, 2], /got a list of 2/],
    ['wider numbers', new Uint16Array([1, 2]), /needs bytes/],
    ['a stream of texts', Readable.from(['a', 'b']), /needs a stream of bytes .* got a string/],
    ['a stream of objects', Readable.from([{ a: 1 }]), /got an object with a/],
  ])('context.blob refuses %s', async (_name, data, message) => {
    const { outcome, blobs } = await runProvider(
      async (_request, context) => ({ outputs: { Out: await context.blob(data as never, 'audio/wav') } }),
      { outputs: outputs('audio/wav') },
    )
    expect(codeOf(outcome)).toBe('bug')
    expect(messageOf(outcome)).toMatch(message)
    expect(blobs.bytes.size).toBe(0)
  })

  test('a store that fails says so by its code', async () => {
    class FullBlobs extends MemoryBlobs {
      override async put(): Promise<never> {
        throw new ShowrunnerError('STORE_FULL', 'No space is left.')
      }
    }
    const { outcome } = await runProvider(
      () => ({ outputs: { Out: png }, costUsd: 0.5 }),
      { outputs: outputs('image/png') },
      {},
      { blobs: new FullBlobs() },
    )
    expect(outcome).toEqual({
      state: 'failed',
      error: { code: 'bug', message: 'STORE_FULL: No space is left.' },
      costUsd: 0.5,
      isOfStore: true,
      // For the run, which must not go on buying what cannot be kept.
      storeFull: 'No space is left.',
    })
  })
})

describe('errors', () => {
  const throwing = async (error: unknown) =>
    (
      await runProvider(() => {
        throw error
      })
    ).outcome
  const unreadable = (target: object) =>
    new Proxy(target, {
      get() {
        throw new Error('no')
      },
    })
  const withCode = (code: string) => Object.assign(new Error('socket'), { code })

  test.each<[string, unknown, string]>([
    ['a ProviderError', new ProviderError('content', 'refused'), 'content'],
    ['a refused connection', withCode('ECONNREFUSED'), 'network'],
    ['a failed fetch', new TypeError('fetch failed', { cause: withCode('UND_ERR_SOCKET') }), 'network'],
    [
      'both addresses failing',
      new TypeError('x', { cause: new AggregateError([withCode('ETIMEDOUT')]) }),
      'network',
    ],
    ['a store that did not answer', new ShowrunnerError('STORE_FAILED', 'no answer'), 'network'],
    ["the provider's own AbortSignal.timeout", new DOMException('slow', 'TimeoutError'), 'timeout'],
    ['a missing file', withCode('ENOENT'), 'bug'],
    ['a TypeError', new TypeError('x is not a function'), 'bug'],
    ['a string', 'oops', 'bug'],
    ['undefined', undefined, 'bug'],
    ['a code that only the engine gives', new ProviderError('cancelled' as never, 'x'), 'bug'],
    ['an error without text', Object.assign(new Error('x'), { message: Symbol('x'), stack: 5 }), 'bug'],
    ['an error that cannot be read', unreadable(new Error('x')), 'bug'],
  ])('%s', async (_name, error, code) => {
    expect(codeOf(await throwing(error))).toBe(code)
  })

  test('an object that was thrown keeps its message', async () => {
    expect(messageOf(await throwing({ message: 'quota exceeded', status: 402 }))).toMatch(/quota exceeded/)
    expect(messageOf(await throwing({ status: 402 }))).toMatch(/402/)
  })

  test('carry the wish for a delay', async () => {
    const error = new ProviderError('rate_limited', 'slow down', { retryAfterMs: 1_500 })
    expect(await throwing(error)).toMatchObject({ error: { retryAfterMs: 1_500 } })
    const longest = new ProviderError('rate_limited', 'slow down', { retryAfterMs: Infinity })
    expect(await throwing(longest)).toMatchObject({ error: { retryAfterMs: RETRY_AFTER_LIMIT_MS } })
    const nonsense = new ProviderError('rate_limited', 'slow down', { retryAfterMs: Number.NaN })
    expect(await throwing(nonsense)).toEqual({
      state: 'failed',
      error: { code: 'rate_limited', message: 'slow down' },
    })
  })

  test('are bounded, and hold no stack and no secret', async () => {
    const key = 'live-0123456789abcdef'
    const { outcome, inbox } = await runProvider(
      () => {
        throw new Error(`401 for ${key}, Bearer abcdefghijkl ${'x'.repeat(5_000)}`)
      },
      { config: { auth: { apiKey: key } } },
    )
    const text = messageOf(outcome)
    expect(text.length).toBeLessThanOrEqual(MESSAGE_LIMIT_CHARS)
    expect(text).toMatch(/^Error: 401 for \[secret\], \[secret\] x/)
    expect(JSON.stringify(inbox.messages)).not.toContain(key)
  })

  test('abort what the provider has left running', async () => {
    let left: AbortSignal | undefined
    const { outcome } = await runProvider(async (_request, { signal }) => {
      left = signal
      await Promise.all([new Promise(() => {}), Promise.reject(new ProviderError('content', 'refused'))])
      return { outputs: {} }
    })
    expect(codeOf(outcome)).toBe('content')
    expect(left?.aborted).toBe(true)
  })

  test('of the kind bug leave their stack in the debug log', async () => {
    const { inbox } = await runProvider(() => {
      throw new RangeError('off by one')
    })
    expect(inbox.messages[0]).toMatchObject({
      type: 'job.log',
      level: 'debug',
      message: expect.stringMatching(/off by one(.|\n)*job-runner\.test\.ts/),
    })
  })
})

describe('context', () => {
  test('can be taken apart, and its request names the job', async () => {
    const seen: unknown[] = []
    await runProvider(
      ({ indices, jobId, config, attempt, baseFolder }, { log, idempotencyKey, resume, signal }) => {
        log('info', 'hello')
        seen.push(indices, jobId, config, attempt, baseFolder, idempotencyKey, resume, signal.aborted)
        return { outputs: { Text: '' } }
      },
      { config: { size: 2 }, loops: ['row', 'variant'], baseFolder: '/films' },
      { indices: [3, 1], attempt: 2, resume: { id: 7 } },
    )
    expect(seen).toEqual([
      { row: 3, variant: 1 },
      'Producer:Clip[3][1]',
      { size: 2 },
      2,
      '/films',
      expect.stringMatching(/^[0-9a-f]{64}$/),
      { id: 7 },
      false,
    ])
  })

  test('checkpoint resolves when it is durable, and refuses what is no checkpoint', async () => {
    const steps: string[] = []
    const { inbox, outcome } = await runProvider(async (_request, { checkpoint }) => {
      await checkpoint({ predictionId: 'p1' })
      steps.push('durable')
      await checkpoint('x'.repeat(CHECKPOINT_LIMIT_BYTES)).catch(error => steps.push(error.code))
      await checkpoint(undefined as never).catch(error => steps.push(error.code))
      return { outputs: { Text: '' } }
    })
    expect(codeOf(outcome)).toBe('succeeded')
    expect(steps).toEqual(['durable', 'too_large', 'bug'])
    expect(inbox.messages[0]).toMatchObject({ type: 'job.checkpoint', checkpoint: { predictionId: 'p1' } })
  })

  test('checkpoints that nobody waits for are bounded, and the next one is taken when they are in the log', async () => {
    const codes: string[] = []
    const { inbox, outcome } = await runProvider(async (_request, { checkpoint }) => {
      const recorded = Array.from({ length: 2 * PENDING_CHECKPOINTS_LIMIT }, (_, id) => checkpoint({ id }))
      const results = await Promise.allSettled(recorded)
      for (const result of results) if (result.status === 'rejected') codes.push(result.reason.code)
      await checkpoint({ id: 'last' })
      return { outputs: { Text: 'made' } }
    })
    expect(outcome.state).toBe('succeeded')
    expect(codes).toEqual(Array.from({ length: PENDING_CHECKPOINTS_LIMIT }, () => 'bug'))
    const sent = inbox.messages.filter(({ type }) => type === 'job.checkpoint')
    expect(sent).toHaveLength(PENDING_CHECKPOINTS_LIMIT + 1)
    expect(sent.at(-1)).toMatchObject({ checkpoint: { id: 'last' } })
  })

  test('a checkpoint that nobody waits for rejects unheard', async () => {
    const { outcome } = await runProvider((_request, { checkpoint }) => {
      void checkpoint(undefined as never)
      return { outputs: { Text: '' } }
    })
    expect(codeOf(outcome)).toBe('succeeded')
  })

  test('a dozen listeners on the signal are no leak', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    await runProvider((_request, { signal }) => {
      for (let call = 0; call < 20; call++) signal.addEventListener('abort', () => {})
      return { outputs: { Text: '' } }
    })
    await new Promise(resolve => setImmediate(resolve))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  test('large inputs are read into their places', async () => {
    const blobs = new MemoryBlobs()
    const story = await blobs.put(Buffer.from('long ago'), 'text/plain; charset=utf-8')
    const scene = await blobs.put(Buffer.from('{"who":"fox"}'), 'application/json')
    let seen: unknown
    await runProvider(
      request => {
        seen = request.inputs
        return { outputs: { Text: '' } }
      },
      {},
      {
        inputs: { short: 'x', scenes: ['first', null] },
        loads: [
          { path: ['story'], blob: story },
          { path: ['scenes', 1], blob: scene },
        ],
      },
      { blobs },
    )
    expect(seen).toEqual({ short: 'x', story: 'long ago', scenes: ['first', { who: 'fox' }] })
  })

  test('progress is throttled and logs are bounded', async () => {
    const { inbox } = await runProvider((_request, { progress, log }) => {
      for (let step = 0; step <= 100; step++) progress(step / 50, 'n'.repeat(9_000))
      for (let line = 0; line < 5_000; line++) log('debug', 'l'.repeat(9_000))
      return { outputs: { Text: '' } }
    })
    const progress = inbox.messages.filter(({ type }) => type === 'job.progress')
    expect(progress).toEqual([
      { type: 'job.progress', job: 0, attempt: 1, fraction: 0, note: expect.any(String) },
    ])
    const logs = inbox.messages.filter(message => message.type === 'job.log')
    expect(logs).toHaveLength(1_000)
    expect(Math.max(...logs.map(({ message }) => message.length))).toBe(MESSAGE_LIMIT_CHARS)
  })

  test('an amount under the name that it had in 0.1 counts', async () => {
    const { outcome } = await runProvider(() => ({ outputs: { Text: '' }, cost: 0.25 }) as never)
    expect(outcome).toMatchObject({ state: 'succeeded', costUsd: 0.25 })
  })

  test('an option that ProviderError does not have is named with those that it has; the code stays', async () => {
    const { outcome } = await runProvider(() => {
      throw new ProviderError('overloaded', 'busy', { cost: 0.25 } as never)
    })
    expect(codeOf(outcome)).toBe('overloaded')
    expect(messageOf(outcome)).toMatch(/^busy .*"cost".*costUsd/)
    expect(new ProviderError('overloaded', 'busy', { costUsd: 0.25 }).message).toBe('busy')
  })

  test('nonsense in cost and usage is left out; a result that was paid for is not lost for it', async () => {
    const sane = { outputs: { Text: '' }, costUsd: 0.25, usage: { tokens: 12 } }
    expect((await runProvider(() => sane)).outcome).toMatchObject({ costUsd: 0.25, usage: { tokens: 12 } })
    const mad = { outputs: { Text: '' }, costUsd: -1, usage: { tokens: 1n } as never }
    const { outcome } = await runProvider(() => mad)
    expect(Object.keys(outcome)).toEqual(['state', 'artifacts'])
  })
})
