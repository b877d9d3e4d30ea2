import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition } from '../../../dist/index.js'
import { CliProcess } from '../../support/cli/cli.js'
import { runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Notes each call with what it was told, and says what it has cost. */
const WRITER = `import { appendFileSync } from 'node:fs'
const makers = {
  ideas: () => ({ Ideas: ['fox', 'owl', 'hen'].map(name => ({ name })) }),
  score: ({ number }) => ({ Score: number % 2 }),
  text: ({ of, and = [] }, told) => ({ Text: [of, ...and, ...told].join(' ') }),
}
export function produce({ inputs, jobId }, { feedback }) {
  const told = feedback.map(({ reason }) => reason)
  const call = [jobId.replace('Producer:', ''), ...told].join(' ')
  appendFileSync(new URL('./calls', import.meta.url), call + '\\n')
  return { outputs: makers[inputs.make](inputs, told), costUsd: 0.1 }
}
`
const REFUSING = `export function produce() {
  throw Object.assign(new Error('The key is of somebody else.'), { status: 401 })
}
`
const CHECK = `export default ({ outputs }) => (outputs.Text.includes('twice') ? [] : 'Say it twice.')
`
/** Of ten calls, and a bit. */
const BUDGET_USD = 1.05

const blueprint: BlueprintDefinition = {
  name: 'whole',
  loops: {
    idea: { over: '${Plan.Ideas}', key: '${idea.name}', max: 10 },
    sketch: { until: { accepted: 4, of: 'Sketch.Score', atLeast: 1, attempts: 20 } },
  },
  producers: {
    Plan: { provider: 'writer', with: { make: 'ideas' }, outputs: { Ideas: 'json' } },
    Scene: {
      loop: 'idea',
      provider: ['refusing', 'writer'],
      with: { make: 'text', of: '${idea.name}' },
      outputs: { Text: 'text' },
      check: {
        that: { value: '${outputs.Text}', contains: 'rain', reason: 'Sing of the rain.' },
        module: './checks/twice.mjs',
        attempts: 3,
      },
    },
    Sketch: {
      loop: 'sketch',
      provider: 'writer',
      with: { make: 'score', number: '${index.sketch}' },
      outputs: { Score: 'number' },
    },
    Cover: {
      provider: 'writer',
      with: { make: 'text', of: 'cover' },
      outputs: { Text: 'text' },
      review: true,
    },
    Book: {
      provider: 'writer',
      with: { make: 'text', of: '${Cover.Text}', and: '${Scene[*].Text}', scores: '${Sketch[*].Score}' },
      outputs: { Text: 'text' },
    },
  },
}

async function project() {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'checks'))
  await writeFile(join(folder, 'writer.mjs'), WRITER)
  await writeFile(join(folder, 'refusing.mjs'), REFUSING)
  await writeFile(join(folder, 'checks', 'twice.mjs'), CHECK)
  const providers = {
    writer: { module: './writer.mjs', priceUsd: { perCall: 0.1 } },
    refusing: { module: './refusing.mjs', priceUsd: { perCall: 0 } },
  }
  await writeFile(join(folder, 'showrunner.config.json'), JSON.stringify({ providers }))
  await writeFile(join(folder, 'calls'), '')
  const file = join(folder, 'whole.yaml')
  await writeFile(file, JSON.stringify(blueprint))
  return {
    folder,
    file,
    providers,
    store: `file:${join(folder, 'movies')}`,
    calls: async () => (await readFile(join(folder, 'calls'), 'utf8')).split('\n').filter(Boolean),
    startHost: async (queue: string, ...args: readonly string[]) => {
      const fleet = ['--queue', queue, '--store', 'file:./movies', '--places', '4', '--threads', '1']
      const host = new CliProcess(['worker', '--json', ...fleet, ...args], folder)
      await host.prints(/"ready"/)
    },
  }
}

describe.runIf(hasRedis)('on a fleet', { timeout: 120_000 }, () => {
  test('lists grow, loops go on until enough is accepted, spares answer, checks ask again, budgets end a run and people decide', async () => {
    await using redis = await startRedis()
    const { folder, file, providers, store, calls, startHost } = await project()
    await Promise.all([startHost(redis.url, '--allow', 'checks'), startHost(redis.url, '--allow', 'checks')])
    const engine = await testEngine({ store, folder, providers, queue: redis.url, concurrency: 8 })
    const request = { blueprint: file }

    const stopped = await engine.run({ ...request, budgetUsd: BUDGET_USD })
    expect(stopped).toMatchObject({ status: 'stopped', stopReason: 'budget' })
    expect(await calls()).toHaveLength(10)

    const waiting = await engine.run(request)
    expect(waiting).toMatchObject({ status: 'waiting' })
    const made = await valuesIn(engine, 'whole')
    const scene = (name: string) => `${name} Sing of the rain. Say it twice.`
    expect(Object.values(made)).toEqual(expect.arrayContaining(['fox', 'owl', 'hen'].map(scene)))
    expect(made['Book.Text']).toBeUndefined()

    const movie = engine.movie('whole')
    for await (const { artifactId, hash } of movie.reviews())
      await movie.review([{ artifact: artifactId, hash, decision: 'reject', note: 'In red.' }], { by: 'ada' })
    expect(await engine.run(request)).toMatchObject({ status: 'waiting' })
    for await (const { artifactId, hash } of movie.reviews())
      await movie.review([{ artifact: artifactId, hash, decision: 'approve' }], { by: 'ada' })
    await runAll(engine, request)
    expect((await valuesIn(engine, 'whole'))['Book.Text']).toBe(
      ['cover In red.', ...['fox', 'owl', 'hen'].map(scene)].join(' '),
    )
    // Each was paid once: what a run was told again is another work.
    const paid = await calls()
    expect(new Set(paid).size).toBe(paid.length)
    expect(paid.filter(call => call.startsWith('Sketch'))).toHaveLength(8)
    expect(paid.filter(call => call.startsWith('Scene'))).toHaveLength(9)
    expect(await movie.verify()).toMatchObject({ isClean: true })
  })

  test('a module of a check runs only on hosts that say so', async () => {
    await using redis = await startRedis()
    const { folder, file, providers, store, startHost } = await project()
    await startHost(redis.url)
    const engine = await testEngine({ store, folder, providers, queue: redis.url })
    const running = engine.run({ blueprint: file })
    const warning = new Promise<string>(resolve => running.on('note', ({ note = '' }) => resolve(note)))
    expect(await warning).toMatch(/--allow checks/)
    await startHost(redis.url, '--allow', 'checks')
    expect(await running).toMatchObject({ status: 'waiting' })
  })
})
