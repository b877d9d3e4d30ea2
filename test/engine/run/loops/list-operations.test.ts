import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, valuesIn } from '../../../support/engine-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

let scenes: Record<string, readonly { readonly slug: string; readonly text: string }[]>
let engine: Engine
const calls = new Calls()
const scene = (slug: string, text = slug) => ({ slug, text })

const blueprint: BlueprintDefinition = {
  name: 'film',
  inputs: { rows: 'json' },
  loops: {
    row: { over: '${inputs.rows}', key: '${row.id}' },
    scene: { over: '${Script[row].Scenes}', key: '${scene.slug}', max: 40 },
  },
  producers: {
    Script: { loop: 'row', provider: 'write', with: { id: '${row.id}' }, outputs: { Scenes: 'json' } },
    Picture: {
      loop: ['row', 'scene'],
      provider: 'draw',
      with: { text: '${scene.text}' },
      outputs: { Image: 'image/png' },
    },
    Film: {
      loop: 'row',
      provider: 'echo',
      with: { id: '${row.id}', pictures: '${Picture[row][*].Image}' },
      outputs: { Text: 'text' },
    },
  },
}
const rows = [{ id: 'fox' }, { id: 'owl' }]
const request = (more: object = {}) => ({ blueprint, inputs: { rows }, ...more })

beforeEach(async () => {
  scenes = { fox: [scene('wood'), scene('den')], owl: [scene('night')] }
  engine = await testEngine({
    store: await newStore('file'),
    providers: {
      write: calls.provider(({ inputs }) => ({ outputs: { Scenes: scenes[String(inputs.id)] as never } })),
      draw: calls.provider(({ inputs }) => ({
        outputs: { Image: { mimeType: 'image/png', bytes: Buffer.from(`\x89PNG ${inputs.text}`) } as never },
      })),
      echo: calls.provider(({ inputs }) => ({ outputs: { Text: JSON.stringify(inputs) } })),
    },
  })
  calls.take()
})

const remake = async (more: object = {}) =>
  await engine.run(request({ regenerate: ['Script[fox]'], ...more }))

describe('jobs of a made list', () => {
  test('keep what is pinned, through new lists and back', async () => {
    await runAll(engine, request())
    await engine.movie('film').pin('Picture[fox][den].Image')
    expect(await runAll(engine, request())).not.toHaveProperty('orphaned')
    expect((await engine.plan(request())).orphaned).toEqual([])
    expect(await engine.plan(request({ regenerate: ['Script'] }))).toMatchObject({ orphaned: [] })
    scenes.fox = [scene('new'), scene('den', 'another den'), scene('wood')]
    calls.take()
    await remake()
    expect(calls.take().sort()).toEqual(['Film[fox]', 'Picture[fox][new]', 'Script[fox]'])
    scenes.fox = [scene('wood')]
    expect(await remake()).toMatchObject({ orphaned: ['Producer:Picture[fox][den].Image'] })
    expect((await engine.movie('film').status()).orphaned).toEqual(['Producer:Picture[fox][den].Image'])
    scenes.fox = [scene('den', 'third den'), scene('wood')]
    calls.take()
    expect(await remake()).not.toHaveProperty('orphaned')
    expect(calls.take().sort()).toEqual(['Film[fox]', 'Script[fox]'])
  })

  test('leave with their element, and gc takes them when it is told to', async () => {
    await runAll(engine, request())
    scenes.fox = [scene('wood')]
    await remake()
    expect(Object.keys(await valuesIn(engine, 'film'))).toContain('Picture[fox][den].Image')
    const gone = await engine.movie('film').gc({ goneArtifacts: true })
    expect(gone.removedArtifacts).toBe(1)
    expect(Object.keys(await valuesIn(engine, 'film'))).not.toContain('Picture[fox][den].Image')
    expect(Object.keys(await valuesIn(engine, 'film'))).toContain('Picture[fox][wood].Image')
    calls.take()
    expect(await runAll(engine, request())).toMatchObject({ counts: { succeeded: 0 } })
    expect(calls.take()).toEqual([])
    expect((await engine.movie('film').verify()).findings).toEqual([])
  })

  test('are copied, exported and resumed from the copy', async () => {
    await runAll(engine, request())
    const folder = await temporaryFolder()
    await engine.movie('film').copy(`file:${join(folder, 'copy')}`)
    await engine.movie('film').export(join(folder, 'files'))
    expect((await readdir(join(folder, 'files'))).sort()).toEqual([
      'Film-fox.Text.txt',
      'Film-owl.Text.txt',
      'Picture-fox-den.Image.png',
      'Picture-fox-wood.Image.png',
      'Picture-owl-night.Image.png',
      'Script-fox.Scenes.json',
      'Script-owl.Scenes.json',
    ])
    const other = await testEngine({
      store: `file:${join(folder, 'copy')}`,
      providers: {
        write: calls.provider(() => ({ outputs: {} })),
        draw: calls.provider(() => ({ outputs: {} })),
        echo: calls.provider(() => ({ outputs: {} })),
      },
    })
    calls.take()
    expect(await runAll(other, request())).toMatchObject({ counts: { succeeded: 0, cached: 7 } })
    expect(calls.take()).toEqual([])
  })

  test.each([
    ['Picture[fox][den]', ['Picture[fox][den]']],
    ['Picture[fox][den].Image', ['Picture[fox][den]']],
    ['Picture[fox]', ['Picture[fox][den]', 'Picture[fox][wood]']],
    ['Picture[*][night]', ['Picture[owl][night]']],
    ['Picture[fox] where Image exists', ['Picture[fox][den]', 'Picture[fox][wood]']],
    ['Picture', ['Picture[fox][den]', 'Picture[fox][wood]', 'Picture[owl][night]']],
  ])('are regenerated as %s, although no list is known yet', async (asked, made) => {
    await runAll(engine, request())
    calls.take()
    const plan = await engine.plan(request({ regenerate: [asked] }))
    expect(plan.rows.find(({ producer }) => producer === 'Picture')).toMatchObject({ run: made.length })
    await runAll(engine, request({ regenerate: [asked] }))
    expect(calls.take().sort()).toEqual(made)
    expect(await engine.movie('film').status()).toMatchObject({ toRegenerate: 0 })
  })

  test('are regenerated by a later run where the first one ended before', async () => {
    await runAll(engine, request())
    calls.take()
    await engine.run(request({ regenerate: ['Picture[fox]'], upToLayer: 1 }))
    expect(calls.take()).toEqual([])
    expect(await engine.movie('film').status()).toMatchObject({ toRegenerate: 2 })
    expect((await engine.plan(request())).counts).toMatchObject({ run: 3 })
    await runAll(engine, request())
    expect(calls.take().sort()).toEqual(['Picture[fox][den]', 'Picture[fox][wood]'])
  })

  test('that are pinned are told, and stay', async () => {
    await runAll(engine, request())
    await engine.movie('film').pin('Picture[fox][den].Image')
    calls.take()
    const pinned = ['Producer:Picture[fox][den].Image']
    expect(await engine.plan(request({ regenerate: ['Picture[fox]'] }))).toMatchObject({ pinned })
    expect(await runAll(engine, request({ regenerate: ['Picture[fox]'] }))).toMatchObject({ pinned })
    expect(calls.take()).toEqual(['Picture[fox][wood]'])
    expect(await engine.movie('film').status()).toMatchObject({ toRegenerate: 0 })
  })

  test.each(['Picture[fxo]', 'Picture[fox][dne]', 'Picture[fox][den][0]', 'Pictures[fox]'])(
    'that nobody has made cannot be named: %s',
    async asked => {
      await runAll(engine, request())
      const refused = { code: 'JOB_UNKNOWN' }
      await expect(engine.plan(request({ regenerate: [asked] }))).rejects.toMatchObject(refused)
      await expect(engine.run(request({ regenerate: [asked] }))).rejects.toMatchObject(refused)
    },
  )

  test('may be named before there are any', async () => {
    expect(await runAll(engine, request({ regenerate: ['Picture[fox]'] }))).toMatchObject({
      counts: { succeeded: 7 },
    })
    await expect(engine.run(request({ regenerate: ['Picture[fxo]'] }))).rejects.toMatchObject({
      code: 'JOB_UNKNOWN',
    })
  })

  test('of a list that cannot be used are not taken for gone', async () => {
    await runAll(engine, request())
    await engine.movie('film').pin('Picture[fox][den].Image')
    scenes.fox = [scene('a'), scene('a')]
    expect(await remake()).toMatchObject({ status: 'failed' })
    expect(await engine.movie('film').status()).toMatchObject({ orphaned: [], goneArtifacts: 0 })
    await engine.movie('film').gc({ goneArtifacts: true })
    scenes.fox = [scene('wood'), scene('den')]
    calls.take()
    await remake()
    expect(calls.take()).toEqual(['Script[fox]'])
  })
})
