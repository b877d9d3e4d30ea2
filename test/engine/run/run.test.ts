import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type JobOutputs, openEngine } from '../../../dist/index.js'
import { bytesOf, echo, gate, newStore, single, testEngine } from '../../support/engine-fixture.js'

const engineUrl = new URL('../../../dist/index.js', import.meta.url).href

const words: BlueprintDefinition = {
  name: 'words',
  inputs: { rows: 'table' },
  loops: { row: { over: '${inputs.rows}' }, side: { count: 2 } },
  producers: {
    Word: { loop: 'row', provider: 'echo', with: { text: '${row.text}' }, outputs: { Text: 'text' } },
    Card: {
      loop: ['row', 'side'],
      provider: 'cards',
      with: { text: '${Word[row].Text}' },
      outputs: { Image: 'image/png', Facts: { type: 'json', loop: 'side' } },
    },
    All: { provider: 'count', with: { texts: '${Word[*].Text}' }, outputs: { Count: 'number' } },
  },
}
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')
const providers = {
  echo: inline(echo),
  cards: inline(({ inputs, indices }) => ({
    outputs: {
      Image: { bytes: Buffer.concat([PNG, Buffer.from(`${inputs.text}`)]), mimeType: 'image/png' },
      Facts: [{ side: indices.side as number }, ['b']],
    },
  })),
  count: inline(({ inputs }) => ({ outputs: { Count: (inputs.texts as string[]).length } })),
}
const inputs = { rows: [{ text: 'fox' }, { text: 'x'.repeat(20_000) }] }

const wordsEngine = () => testEngine({ store: 'memory:', providers })

async function gathered(outputs: AsyncIterable<JobOutputs>): Promise<JobOutputs[]> {
  const all: JobOutputs[] = []
  for await (const made of outputs) all.push(made)
  return all
}

describe('a run is a promise', () => {
  test('of its result', async () => {
    const engine = await wordsEngine()
    const run = engine.run({ blueprint: words, inputs })
    const seen: string[] = []
    const settled = run.finally(() => seen.push('finally')).then(({ status }) => seen.push(status))
    expect(await run).toMatchObject({ status: 'succeeded', counts: { succeeded: 7 } })
    await settled
    expect(seen).toEqual(['finally', 'succeeded'])
    expect(await Promise.all([run])).toEqual([await run])
  })

  test('also as programs of 0.1 await it', async () => {
    const engine = await wordsEngine()
    expect(await engine.run({ blueprint: words, inputs }).finished).toMatchObject({ status: 'succeeded' })
    await expect(engine.run({ blueprint: words, inputs: {} }).finished).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
  })

  test('that rejects when it cannot be carried out', async () => {
    const engine = await wordsEngine()
    const run = engine.run({ blueprint: words })
    expect(await run.catch(error => (error as { code: string }).code)).toBe('INPUT_INVALID')
    await expect(run).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  test('and no emitter that anyone may emit on', async () => {
    const engine = await wordsEngine()
    const run = engine.run({ blueprint: words, inputs })
    expect(run).not.toHaveProperty('emit')
    const jobs: string[] = []
    const add = ({ state }: { state: string }) => jobs.push(state)
    run.on('job', add).once('artifact', ({ artifactId }) => jobs.push(artifactId))
    run.off('job', add)
    await run
    expect(jobs).toHaveLength(1)
  })
})

describe('its outputs', () => {
  test('come as the values, lists and handles that the blueprint asks for', async () => {
    const engine = await wordsEngine()
    const run = engine.run({ blueprint: words, inputs })
    const [word, card, count] = await Promise.all([
      gathered(run.outputs('Word')),
      gathered(run.outputs('Card')),
      gathered(run.outputs('All')),
    ])
    expect(word.sort((a, b) => Number(a.key) - Number(b.key))).toEqual([
      { producer: 'Word', jobId: 'Producer:Word[0]', key: 0, isCached: false, Text: 'fox' },
      { producer: 'Word', jobId: 'Producer:Word[1]', key: 1, isCached: false, Text: 'x'.repeat(20_000) },
    ])
    expect(count).toEqual([
      { producer: 'All', jobId: 'Producer:All', key: undefined, isCached: false, Count: 2 },
    ])
    const { Image, Facts } = card.find(({ jobId }) => jobId === 'Producer:Card[0][1]') as unknown as {
      Image: { bytes(): Promise<Uint8Array>; stream(): AsyncIterable<Uint8Array> }
      Facts: unknown
    }
    expect(card.map(({ key }) => key)).toContainEqual([0, 1])
    expect(Facts).toEqual([{ side: 1 }, ['b']])
    expect(Image).toMatchObject({ mimeType: 'image/png', sizeBytes: 11 })
    expect(
      Buffer.from(await Image.bytes())
        .subarray(8)
        .toString(),
    ).toBe('fox')
    expect((await bytesOf(Image.stream())).subarray(8).toString()).toBe('fox')
  })

  test('of all producers come from the run itself', async () => {
    const engine = await wordsEngine()
    const all = await gathered(engine.run({ blueprint: words, inputs }))
    expect(all.map(({ producer }) => producer).sort()).toEqual([
      'All',
      ...Array(4).fill('Card'),
      ...Array(2).fill('Word'),
    ])
  })

  test('that were there before are marked, and come once each', async () => {
    const engine = await wordsEngine()
    await engine.run({ blueprint: words, inputs })
    const rows = [...inputs.rows, { text: 'bee' }]
    const made = await gathered(engine.run({ blueprint: words, inputs: { rows } }).outputs('Word'))
    expect(made.map(({ key, isCached }) => `${key} ${isCached}`).sort()).toEqual([
      '0 true',
      '1 true',
      '2 false',
    ])
  })

  test('come while the run goes on, and are all there for who asks late', async () => {
    const last = gate()
    const engine = await testEngine({
      store: 'memory:',
      concurrency: 1,
      providers: {
        ...providers,
        echo: inline(async (request, context) => {
          if (request.indices.row === 2) await last.opened
          return echo(request, context)
        }),
      },
    })
    const rows = [{ text: 'a' }, { text: 'b' }, { text: 'c' }]
    const run = engine.run({ blueprint: words, inputs: { rows } })
    const texts: unknown[] = []
    for await (const { Text } of run.outputs('Word')) {
      texts.push(Text)
      // The third is not made before two were handed out.
      if (texts.length === 2) last.open()
    }
    expect(texts).toEqual(['a', 'b', 'c'])
    await run
    expect(await gathered(run.outputs('Word'))).toHaveLength(3)
  })

  test('of a reader that never comes back hold no job up', async () => {
    const engine = await wordsEngine()
    const run = engine.run({ blueprint: words, inputs })
    const outputs = run.outputs('Word')
    await outputs.next()
    expect(await run).toMatchObject({ status: 'succeeded' })
    expect(await gathered(outputs)).toHaveLength(1)
  })

  test('break off without ending the run', async () => {
    const engine = await wordsEngine()
    const run = engine.run({ blueprint: words, inputs })
    for await (const _ of run.outputs('Word')) break
    expect(await run).toMatchObject({ status: 'succeeded', counts: { succeeded: 7 } })
  })

  test('throw what the run rejects with, and for a producer that there is not', async () => {
    const engine = await wordsEngine()
    await expect(gathered(engine.run({ blueprint: words }).outputs('Word'))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
    const run = engine.run({ blueprint: words, inputs })
    await expect(gathered(run.outputs('Wrod'))).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining('"Word"'),
    })
    await run
  })
})

describe('a run in progress', () => {
  async function endless() {
    const started = gate()
    const provider = inline((_, { signal }) => {
      started.open()
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    const engine = await openEngine({ store: await newStore('memory'), providers: { echo: provider } })
    return { engine, started: started.opened }
  }

  test('is cancelled by the end of `await using`, and its result says so', async () => {
    const { engine, started } = await endless()
    const run = engine.run({ blueprint: single })
    await started
    {
      await using _ = engine
    }
    expect(await run).toMatchObject({ status: 'cancelled', cancelReason: 'engine_closed' })
  })

  test('says who else cancelled it', async () => {
    const { engine, started } = await endless()
    const stop = new AbortController()
    const run = engine.run({ blueprint: single, signal: stop.signal })
    await started
    stop.abort()
    expect(await run).toMatchObject({ status: 'cancelled', cancelReason: 'signal' })
    await using other = engine.run({ blueprint: single })
    other.cancel()
    expect(await other).toMatchObject({ status: 'cancelled', cancelReason: 'requested' })
    await engine.close()
  })
})

describe('a program that does not await its run', () => {
  const runProgram = (body: string) => {
    const program = `import { openEngine } from '${engineUrl}'\n${body}`
    const args = ['--input-type=module', '-e', program]
    return promisify(execFile)(process.execPath, args, { cwd: fileURLToPath(new URL('.', import.meta.url)) })
  }

  test('ends with the error of a run that could not be carried out, as with any promise', async () => {
    const body = `const engine = await openEngine({ store: 'memory:' }); engine.run({ blueprint: './none.yaml' }).on('job', () => {})`
    await expect(runProgram(body)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BLUEPRINT_UNREADABLE'),
    })
  })

  test('handles the error by iterating', async () => {
    const body = `const engine = await openEngine({ store: 'memory:' })
      try { for await (const _ of engine.run({ blueprint: './none.yaml' })); } catch (error) { console.log(error.code) }`
    expect(await runProgram(body)).toEqual({ stdout: 'BLUEPRINT_UNREADABLE\n', stderr: '' })
  })

  test('is warned when it closes the engine under it', async () => {
    const body = `const engine = await openEngine({ store: 'memory:' })
      engine.run({ blueprint: { name: 'a', producers: { A: { provider: 'simulate', config: { latencyMs: 60000 }, outputs: { Text: 'text' } } } } })
      await engine.close()`
    expect((await runProgram(body)).stderr).toContain('SHOWRUNNER_RUN_NOT_AWAITED')
  })
})
