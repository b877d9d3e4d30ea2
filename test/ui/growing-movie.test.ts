import { expect, test } from 'vitest'
import { inline } from '../../dist/index.js'
import { newStore, testEngine } from '../support/engine-fixture.js'

/** Jobs that a run makes up on its way are in the page's list and counts, in their places, while it is in progress. */

const blueprint = {
  name: 'grown',
  inputs: { stories: 'json' },
  loops: { story: { over: '${inputs.stories}' }, scene: { over: '${Script[story].Scenes}', max: 9 } },
  producers: {
    Script: { loop: 'story', provider: 'p', with: { about: '${story}' }, outputs: { Scenes: 'json' } },
    Shot: { loop: ['story', 'scene'], provider: 'p', with: { text: '${scene}' }, outputs: { Text: 'text' } },
    Cut: {
      loop: ['story', 'scene'],
      provider: 'p',
      with: { shot: '${Shot[story][scene].Text}' },
      outputs: { Text: 'text' },
    },
  },
} as const

test('jobs of lists that are made during a run are counted and listed as they come, and again afterwards', async () => {
  const gates = new Map<string, () => void>()
  const waits = new Set<string>()
  let onWait = () => {}
  const p = inline(async ({ inputs, jobId }) => {
    const name = jobId.replace('Producer:', '')
    if (name.startsWith('Script'))
      return {
        outputs: {
          Scenes: Array.from({ length: String(inputs.about).length }, (_, n) => `${inputs.about}${n}`),
        },
      }
    if (name.startsWith('Shot[0]')) {
      const opened = new Promise<void>(resolve => void gates.set(name, resolve))
      waits.add(name)
      onWait()
      await opened
    }
    return { outputs: { Text: name } }
  })
  const store = await newStore('file')
  const engine = await testEngine({ store, providers: { p }, concurrency: 9 })
  const page = await engine.serve()
  const entry = await fetch(page.url, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!
  const get = async (path: string) =>
    (await (
      await fetch(new URL(`/api/movies/grown${path}`, page.url), { headers: { cookie } })
    ).json()) as Record<string, never>
  const idsNow = async () => {
    const { jobs } = (await get('/jobs?limit=100')) as unknown as {
      jobs: readonly { id: string; state: string }[]
    }
    return jobs.map(({ id }) => id)
  }
  const all = [
    'Script[0]',
    'Script[1]',
    'Shot[0][0]',
    'Shot[0][1]',
    'Shot[1][0]',
    'Shot[1][1]',
    'Shot[1][2]',
    'Cut[0][0]',
    'Cut[0][1]',
    'Cut[1][0]',
    'Cut[1][1]',
    'Cut[1][2]',
  ]
  const held = new Promise<void>(resolve => {
    onWait = () => waits.size === 2 && resolve()
  })
  const run = engine.run({ blueprint, inputs: { stories: ['ab', 'abc'] }, schedule: 'dataflow' })
  await held
  await expect
    .poll(async () => ((await get('')).states as unknown as { succeeded: number }).succeeded, {
      timeout: 10_000,
    })
    .toBe(8)
  expect(await get('')).toMatchObject({ total: 12, states: { succeeded: 8, open: 4 } })
  expect(await idsNow()).toEqual(all)
  for (const open of gates.values()) open()
  await run
  await expect.poll(async () => (await get('')).done, { timeout: 10_000 }).toBe(12)
  expect(await idsNow()).toEqual(all)

  // Another list in its place.
  await engine.movie('grown').edit('Script[0].Scenes', ['ab0', 'new', 'newer'])
  const second = engine.run({ blueprint, inputs: { stories: ['ab', 'abc'] } })
  await expect.poll(() => gates.has('Shot[0][2]'), { timeout: 10_000 }).toBe(true)
  for (const open of gates.values()) open()
  await second
  await expect.poll(async () => (await get('')).done, { timeout: 10_000 }).toBe(14)
  expect(await idsNow()).toEqual([
    ...all.slice(0, 4),
    'Shot[0][2]',
    ...all.slice(4, 9),
    'Cut[0][2]',
    ...all.slice(9),
  ])

  const later = await testEngine({ store })
  const report = await later.report('grown')
  expect(report).toContain('"total":14')
})
