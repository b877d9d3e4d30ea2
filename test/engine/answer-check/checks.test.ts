import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type MovieEvent, ProviderError } from '../../../dist/index.js'
import type { Feedback, ProduceFunction } from '../../../dist/provider.js'
import { newStore, testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

function taglines(check: object, producer: object = {}): BlueprintDefinition {
  return {
    name: 'taglines',
    loops: { n: { count: 1 } },
    producers: {
      Tagline: {
        loop: 'n',
        provider: 'writer',
        with: { name: 'Fox' },
        outputs: { Text: 'text', Score: 'number' },
        check,
        ...producer,
      },
    },
  } as BlueprintDefinition
}

function withoutCheck(): BlueprintDefinition {
  const { producers, ...rest } = taglines({})
  const { check: _, ...Tagline } = producers.Tagline!
  return { ...rest, producers: { Tagline } }
}

/** Gives the answers in turn, the last one for ever, and keeps what it was told. */
function writer(...answers: { Text: string; Score: number }[]) {
  const told: (readonly Feedback[])[] = []
  const keys: string[] = []
  const produce: ProduceFunction = (_, { feedback, idempotencyKey }) => {
    told.push(feedback)
    keys.push(idempotencyKey)
    return { outputs: answers[Math.min(told.length, answers.length) - 1]!, costUsd: 0.25 }
  }
  return { told, keys, provider: inline(produce) }
}

async function failuresOf(engine: Awaited<ReturnType<typeof testEngine>>) {
  const failed: Extract<MovieEvent, { type: 'job.failed' }>[] = []
  for await (const { event } of engine.movie('taglines').events())
    if (event.type === 'job.failed') failed.push(event)
  return failed
}

const short = { that: { value: '${outputs.Score}', atLeast: 0.5 } }
const bad = { Text: 'bad', Score: 0.1 }
const good = { Text: 'good', Score: 0.9 }

describe('an answer that is not accepted', () => {
  test('is asked for again with the reasons, and counts once it is', async () => {
    const { told, keys, provider } = writer(bad, good)
    const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
    const result = await engine.run({ blueprint: taglines(short) })
    expect(result).toMatchObject({ status: 'succeeded', costUsd: 0.5, counts: { succeeded: 1, failed: 0 } })
    expect(result.rejections).toEqual({ count: 1, costUsd: 0.25 })
    expect((await engine.movie('taglines').status()).rejections).toEqual([
      { producer: 'Tagline', count: 1, costUsd: 0.25 },
    ])
    expect(told).toMatchObject([
      [],
      [{ from: 'check', reason: expect.stringContaining('0.5'), outputs: bad, attempt: 1 }],
    ])
    expect(new Set(keys).size).toBe(2)
    expect(await failuresOf(engine)).toMatchObject([
      { error: { code: 'rejected' }, willRetry: true, costUsd: 0.25, rejected: { outputs: bad } },
    ])
    expect(await engine.movie('taglines').output('Tagline', 0)).toMatchObject(good)
  })

  test('may be one that the provider cannot use: it is asked again, and told', async () => {
    const told: (readonly Feedback[])[] = []
    const keys: string[] = []
    const unusable: ProduceFunction = (_, { feedback, idempotencyKey }) => {
      told.push(feedback)
      keys.push(idempotencyKey)
      if (told.length % 2 === 0) return { outputs: good, costUsd: 0.25 }
      throw new ProviderError('rejected', 'It is not JSON.', { answer: 'Sure!', costUsd: 0.25 })
    }
    const engine = await testEngine({ store: 'memory:', providers: { writer: inline(unusable) } })
    const blueprint = withoutCheck()
    const result = await engine.run({ blueprint })
    expect(result).toMatchObject({
      status: 'succeeded',
      costUsd: 0.5,
      rejections: { count: 1, costUsd: 0.25 },
    })
    expect(told[1]).toMatchObject([
      { from: 'provider', reason: 'It is not JSON.', answer: 'Sure!', attempt: 1 },
    ])
    expect(new Set(keys).size).toBe(2)
  })

  test('that no answer is usable fails the job after the second one', async () => {
    let calls = 0
    const never = inline(() => {
      calls++
      throw new ProviderError('rejected', 'It is not JSON.', { answer: 'Sure!' })
    })
    const engine = await testEngine({ store: 'memory:', providers: { writer: never } })
    const blueprint = withoutCheck()
    expect(await engine.run({ blueprint })).toMatchObject({ status: 'failed' })
    expect(calls).toBe(2)
    expect(await failuresOf(engine)).toMatchObject([{ willRetry: true }, { error: { code: 'rejected' } }])
  })

  test('fails the job when there are as many as the check allows, and all are kept', async () => {
    const { told, provider } = writer(bad)
    const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
    const result = await engine.run({ blueprint: taglines({ ...short, attempts: 2 }) })
    expect(result).toMatchObject({
      status: 'failed',
      counts: { failed: 1 },
      failures: [{ code: 'rejected' }],
    })
    expect(told).toHaveLength(2)
    const failed = await failuresOf(engine)
    expect(failed.map(({ willRetry = false }) => willRetry)).toEqual([true, false])
    expect(failed.map(({ rejected }) => rejected?.outputs)).toEqual([bad, bad])
  })

  test('is told to the next run as well, which asks as often again', async () => {
    const { told, provider } = writer(bad)
    const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
    const blueprint = taglines({ ...short, attempts: 2 })
    await engine.run({ blueprint })
    await engine.run({ blueprint })
    expect(told.map(feedback => feedback.length)).toEqual([0, 1, 2, 3])
  })

  test('leaves retries of errors alone, and the other way round', async () => {
    let call = 0
    const flaky = inline(() => {
      if (++call % 2 === 1) throw new ProviderError('overloaded', 'busy')
      return { outputs: call < 6 ? bad : good }
    })
    const engine = await testEngine({ store: 'memory:', providers: { writer: flaky } })
    const blueprint = taglines(short, { retry: { attempts: 4, baseDelay: '1ms' } })
    expect(await engine.run({ blueprint })).toMatchObject({ status: 'succeeded' })
    expect(call).toBe(6)
  })

  test('counts against the budget, which ends the asking', async () => {
    const { told, provider } = writer(bad)
    const engine = await testEngine({
      store: 'memory:',
      providers: { writer: { ...provider, priceUsd: { perCall: 0.25 } } },
    })
    const result = await engine.run({ blueprint: taglines({ ...short, attempts: 10 }), budgetUsd: 0.5 })
    expect(result).toMatchObject({ status: 'stopped', stopReason: 'budget' })
    expect(told).toHaveLength(2)
  })
})

describe('a check', () => {
  test('of JSON Schema says what does not fit', async () => {
    const { told, provider } = writer({ Text: 'x'.repeat(20), Score: 2 }, good)
    const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
    const schema = { Text: { maxLength: 10 }, Score: { maximum: 1 } }
    expect(await engine.run({ blueprint: taglines({ schema }) })).toMatchObject({ status: 'succeeded' })
    const reasons = told[1]![0]!.reason.split('\n')
    expect(reasons.map(reason => reason.split(' ')[0])).toEqual(['Text', 'Score'])
  })

  test('compares with what the provider was given, and gives a reason of your own', async () => {
    const { told, provider } = writer(bad, { Text: 'A Fox', Score: 0 })
    const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
    const that = [{ value: '${outputs.Text}', contains: '${with.name}', reason: 'Say the name.' }]
    expect(await engine.run({ blueprint: taglines({ that }) })).toMatchObject({ status: 'succeeded' })
    expect(told[1]).toMatchObject([{ reason: 'Say the name.' }])
  })

  test('of a file is asked in the thread, with the bytes in reach', async () => {
    const folder = await temporaryFolder()
    await writeFile(
      join(folder, 'writer.mjs'),
      `export default (_, { feedback }) => ({ outputs: {
        Page: { bytes: Buffer.from('<html>' + feedback.length), mimeType: 'text/html' },
        Long: 'x'.repeat(50_000) + feedback.map(({ reason, outputs }) => reason + outputs.Long.length).join(),
      } })`,
    )
    await mkdir(join(folder, 'checks'))
    await writeFile(
      join(folder, 'checks', 'page.mjs'),
      `export default async ({ outputs, inputs, jobId }, { read }) => {
        const text = Buffer.from(await read(outputs.Page)).toString()
        if (outputs.Long.length < 50_000) throw new Error('not whole')
        return text === '<html>2' ? undefined : [jobId, inputs.name, text].join(' ')
      }`,
    )
    const blueprint: BlueprintDefinition = {
      name: 'pages',
      producers: {
        Page: {
          provider: 'module',
          config: { file: './writer.mjs' },
          with: { name: 'Fox' },
          outputs: { Page: 'text/html', Long: 'text' },
          check: { module: './checks/page.mjs' },
        },
      },
    }
    const engine = await testEngine({ store: await newStore('file') })
    await writeFile(join(folder, 'pages.json'), JSON.stringify(blueprint))
    const result = await engine.run({ blueprint: join(folder, 'pages.json') })
    expect(result).toMatchObject({ status: 'succeeded' })
    const { Long } = (await engine.movie('pages').output('Page')) as { Long: string }
    expect(Long.slice(50_000)).toMatch(/^Producer:Page Fox <html>050000,Producer:Page Fox <html>1500\d\d$/)
    const verified = await engine.movie('pages').verify()
    expect(verified).toMatchObject({ isClean: true, checked: { blobs: 6 } })
  })

  test('that fails itself fails the job as a bug, and the answer is kept', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'check.mjs'), 'export default () => { throw new Error("oh") }')
    const { provider, told } = writer(good)
    const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
    const blueprint = taglines({ module: join(folder, 'check.mjs') })
    expect(await engine.run({ blueprint })).toMatchObject({ status: 'failed' })
    expect(told).toHaveLength(1)
    expect(await failuresOf(engine)).toMatchObject([
      { error: { code: 'bug' }, answer: expect.stringContaining('good') },
    ])
  })

  test('does not regenerate what is there when it changes', async () => {
    const { told, provider } = writer(bad)
    const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
    await engine.run({ blueprint: taglines({ that: { value: '${outputs.Text}', exists: true } }) })
    expect(await engine.run({ blueprint: taglines(short) })).toMatchObject({ counts: { cached: 1 } })
    expect(told).toHaveLength(1)
  })
})
