import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type OutputBlob, ProviderError } from '../../../dist/index.js'
import { echo, gate, newStore, STORES, testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const blueprint: BlueprintDefinition = {
  name: 'replies',
  inputs: { mails: 'table' },
  loops: { mail: { over: '${inputs.mails}' }, side: { count: 2 } },
  producers: {
    Reply: {
      loop: 'mail',
      provider: 'writer',
      with: { text: '${mail.text}' },
      outputs: { Text: 'text', Score: 'number' },
      retry: { attempts: 1 },
    },
    Card: {
      loop: ['mail', 'side'],
      provider: 'cards',
      with: { text: '${Reply[mail].Text}' },
      outputs: { Image: 'image/png' },
    },
    All: { provider: 'count', with: { texts: '${Reply[*].Text}' }, outputs: { Count: 'number' } },
  },
}
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')
const providers = {
  writer: inline(({ inputs }) => {
    if (inputs.text === 'bad') throw new ProviderError('content', 'It was refused.')
    return { outputs: { Text: `Re: ${inputs.text}`, Score: String(inputs.text).length }, costUsd: 0.5 }
  }),
  cards: inline(({ inputs }) => ({
    outputs: {
      Image: { bytes: Buffer.concat([PNG, Buffer.from(`${inputs.text}`)]), mimeType: 'image/png' },
    },
    costUsd: 0.25,
  })),
  count: inline(({ inputs }) => ({ outputs: { Count: (inputs.texts as string[]).length } })),
}
const mails = [{ text: 'fox' }, { text: 'bad' }, { text: 'x'.repeat(20_000) }]

async function gathered<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

describe.each(STORES)('a result by its name (%s)', kind => {
  test('is what the job has made, as values and handles', async () => {
    const engine = await testEngine({ store: await newStore(kind), providers })
    await engine.run({ blueprint, inputs: { mails } })
    const movie = engine.movie('replies')
    expect(await movie.output('Reply', 0)).toEqual({ Text: 'Re: fox', Score: 3 })
    expect(await movie.output('Reply', 2)).toEqual({ Text: `Re: ${'x'.repeat(20_000)}`, Score: 20_000 })
    const card = await movie.output('Card', [0, 1])
    const image = card?.Image as OutputBlob
    expect((await image.text()).slice(8)).toBe('Re: fox')
    expect(await engine.movie(blueprint).output('Reply', 0)).toEqual({ Text: 'Re: fox', Score: 3 })
  })

  test('is undefined for a job that failed, was blocked, or is not there', async () => {
    const engine = await testEngine({ store: await newStore(kind), providers })
    await engine.run({ blueprint, inputs: { mails } })
    const movie = engine.movie('replies')
    expect(await movie.output('Reply', 1)).toBeUndefined()
    expect(await movie.output('Card', [1, 0])).toBeUndefined()
    expect(await movie.output('All')).toBeUndefined()
    expect(await movie.output('Reply', 3)).toBeUndefined()
  })

  test('follows edits, and rows that were added', async () => {
    const engine = await testEngine({ store: await newStore(kind), providers })
    await engine.run({ blueprint, inputs: { mails } })
    const movie = engine.movie('replies')
    await movie.edit({ producer: 'Reply', key: 0, output: 'Text' }, 'Thanks!')
    expect(await movie.output('Reply', 0)).toEqual({ Text: 'Thanks!', Score: 3 })
    await engine.run({ blueprint, inputs: { mails: [...mails, { text: 'bee' }] } })
    expect(await movie.output('Reply', 0)).toEqual({ Text: 'Thanks!', Score: 3 })
    expect(await movie.output('Reply', 3)).toEqual({ Text: 'Re: bee', Score: 3 })
  })

  test('is there as soon as it is durable, before there is a manifest', async () => {
    const last = gate()
    const engine = await testEngine({
      store: await newStore(kind),
      concurrency: 1,
      providers: {
        echo: inline(async (request, context) => {
          if (request.indices.n === 1) await last.opened
          return echo(request, context)
        }),
      },
    })
    const run = engine.run({
      blueprint: {
        name: 'slow',
        loops: { n: { count: 2 } },
        producers: {
          Clip: { loop: 'n', provider: 'echo', with: { text: 'a' }, outputs: { Text: 'text' } },
        },
      },
    })
    for await (const _ of run) break
    const movie = engine.movie('slow')
    expect(await movie.output('Clip', 0)).toEqual({ Text: 'a' })
    expect(await movie.output('Clip', 1)).toBeUndefined()
    last.open()
    await run
  })

  test('is found in a copy, whose manifest has another order', async () => {
    const engine = await testEngine({ store: await newStore(kind), providers })
    await engine.run({ blueprint, inputs: { mails } })
    const store = `file:${await temporaryFolder()}`
    await engine.movie('replies').copy(store)
    const copied = await testEngine({ store, providers })
    for (const at of [0, 2])
      expect(await copied.movie('replies').output('Reply', at)).toEqual(
        await engine.movie('replies').output('Reply', at),
      )
  })
})

test('a result of a movie with many large values is the right one', async () => {
  const engine = await testEngine({ store: 'memory:', concurrency: 200, providers: { echo: inline(echo) } })
  const rows = Array.from({ length: 700 }, (_, at) => ({ text: `${at} ${'y'.repeat((at * 97) % 3_000)}` }))
  const many: BlueprintDefinition = {
    name: 'many',
    inputs: { rows: 'table' },
    loops: { row: { over: '${inputs.rows}' } },
    producers: {
      Clip: { loop: 'row', provider: 'echo', with: { text: '${row.text}' }, outputs: { Text: 'text' } },
    },
  }
  await engine.run({ blueprint: many, inputs: { rows } })
  for (const at of [0, 1, 350, 698, 699])
    expect(await engine.movie('many').output('Clip', at)).toEqual({ Text: rows[at]!.text })
})

test('a result that is asked for wrongly is refused', async () => {
  const engine = await testEngine({ store: 'memory:', providers })
  await engine.run({ blueprint, inputs: { mails } })
  const movie = engine.movie('replies')
  await expect(movie.output('Rply', 0)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  for (const key of [undefined, [0, 1], -1, 0.5, 'fox'])
    await expect(movie.output('Reply', key)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(engine.movie('none').output('Reply', 0)).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
  expect(() => engine.movie('No movie')).toThrowError(expect.objectContaining({ code: 'MOVIE_ID_INVALID' }))
})

describe('the rows of a loop', () => {
  test('have their element, outputs, status and cost', async () => {
    const engine = await testEngine({ store: 'memory:', providers })
    await engine.run({ blueprint, inputs: { mails } })
    const [fox, bad, long] = await gathered(engine.movie('replies').rows('mail'))
    expect(fox).toMatchObject({
      key: 0,
      element: { text: 'fox' },
      status: 'succeeded',
      costUsd: 1,
      Reply: { Text: 'Re: fox', Score: 3 },
      Card: [{ Image: { mimeType: 'image/png' } }, { Image: { mimeType: 'image/png' } }],
    })
    expect(fox).not.toHaveProperty('All')
    expect(bad).toMatchObject({ key: 1, status: 'failed', costUsd: 0, Card: [undefined, undefined] })
    expect(bad?.Reply).toBeUndefined()
    expect(bad?.jobs[0]).toMatchObject({
      producer: 'Reply',
      jobId: 'Producer:Reply[1]',
      status: 'failed',
      error: { code: 'content' },
    })
    expect(bad?.jobs[1]).toMatchObject({ status: 'skipped', reason: { type: 'upstream' } })
    expect(long).toMatchObject({ element: mails[2], Reply: { Score: 20_000 } })
  })

  test('of a loop that counts have no element, and one that lies across others has them as lists', async () => {
    const engine = await testEngine({ store: 'memory:', providers })
    await engine.run({ blueprint, inputs: { mails } })
    const rows = await gathered(engine.movie('replies').rows('side'))
    expect(rows).toHaveLength(2)
    expect(rows[1]).toMatchObject({ key: 1, element: undefined, status: 'succeeded', costUsd: 0.5 })
    expect(rows[1]?.Card).toEqual([expect.anything(), undefined, expect.anything()])
  })

  test('are open as long as their jobs are', async () => {
    const engine = await testEngine({ store: 'memory:', providers })
    await engine.run({ blueprint, inputs: { mails }, upToLayer: 1 })
    const [fox] = await gathered(engine.movie('replies').rows('mail'))
    expect(fox).toMatchObject({ status: 'open', Reply: { Score: 3 } })
  })

  test('of a loop that there is not are refused', async () => {
    const engine = await testEngine({ store: 'memory:', providers })
    await engine.run({ blueprint, inputs: { mails } })
    await expect(gathered(engine.movie('replies').rows('mial'))).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining('"mail"'),
    })
  })
})

test('every long call ends with its signal', async () => {
  const engine = await testEngine({ store: 'memory:', providers })
  await engine.run({ blueprint, inputs: { mails } })
  const movie = engine.movie('replies')
  const signal = AbortSignal.abort(new Error('enough'))
  const calls: (() => Promise<unknown>)[] = [
    () => movie.output('Reply', 0, { signal }),
    () => gathered(movie.rows('mail', { signal })),
    () => movie.status({ signal }),
    () => gathered(movie.artifacts({ signal })),
    () => movie.verify({ signal }),
    () => movie.edit('Reply[0].Text', 'mine', { signal }),
    () => movie.pin('Reply[0].Text', { signal }),
    () => movie.unpin('Reply[0].Text', { signal }),
    () => movie.gc({ signal }),
    () => movie.gc({ dryRun: true, signal }),
    async () => movie.copy(`file:${await temporaryFolder()}`, { signal }),
    () => engine.plan({ blueprint, inputs: { mails }, signal }),
  ]
  const { events } = await movie.status()
  for (const call of calls) await expect(call()).rejects.toThrow('enough')
  expect((await movie.status()).events).toBe(events)
})
