import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inline, type MovieReview } from '../../../dist/index.js'
import { hasBrowser, openPage } from '../../support/browser/browser-page.js'
import { CliProcess } from '../../support/cli/cli.js'
import { newStore, testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Runs that wait for people, and runs of the command, as somebody at the page lives through them. */

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const blueprint = {
  name: 'album',
  inputs: { scenes: 'table' },
  loops: { scene: { over: '${inputs.scenes}', key: '${scene.id}' } },
  producers: {
    Picture: {
      loop: 'scene',
      provider: 'painter',
      with: { prompt: '${scene.prompt}' },
      outputs: { Image: 'image/png' },
      review: true,
    },
    Clip: {
      loop: 'scene',
      provider: 'cutter',
      with: { picture: '${Picture[scene].Image}' },
      outputs: { Text: 'text' },
    },
  },
} as const

const scenes = Array.from({ length: 40 }, (_, n) => ({ id: `s${n}`, prompt: `A fox in scene ${n}` }))

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('forty pictures are judged by keyboard; the next run makes the rejected ones, with the notes', async () => {
    const painted: [id: string, notes: string][] = []
    const painter = inline(({ jobId }, { feedback }) => {
      painted.push([jobId.replace('Producer:', ''), JSON.stringify(feedback ?? [])])
      return {
        outputs: {
          Image: {
            bytes: Buffer.concat([PIXEL, Buffer.from(String(painted.length))]),
            mimeType: 'image/png',
          },
        },
      }
    })
    const cutter = inline(() => ({ outputs: { Text: 'cut' } }))
    const engine = await testEngine({
      store: await newStore('file'),
      providers: { painter, cutter },
      concurrency: 8,
    })
    const first = await engine.run({ blueprint, inputs: { scenes } })
    expect(first.status).toBe('waiting')
    painted.length = 0
    const { page, complaints } = await openPage((await engine.serve()).url)
    const head = page.locator('.head')
    await head.getByText('waiting for people').waitFor()
    await head.getByRole('button', { name: '40 wait for you' }).click()
    await page.getByRole('option', { name: 'Picture[s0].Image' }).waitFor()
    for (let n = 0; n < 40; n++) {
      if (n % 13 !== 5) {
        await page.keyboard.press('a')
        continue
      }
      await page.keyboard.press('r')
      await page.getByRole('textbox').waitFor()
      await page.keyboard.type(`More snow in ${n}.`)
      await page.keyboard.press('Enter')
    }
    await page.getByRole('button', { name: 'waiting 0' }).waitFor()
    await page.getByRole('button', { name: 'rejected 3' }).waitFor()
    const second = await engine.run({ blueprint, inputs: { scenes } })
    expect(painted.map(([id]) => id).sort()).toEqual(['Picture[s18]', 'Picture[s31]', 'Picture[s5]'])
    for (const [id, notes] of painted)
      expect(notes).toContain(`More snow in ${id.slice('Picture[s'.length, -1)}.`)
    expect(second.status).toBe('waiting')
    await head.getByRole('button', { name: '3 wait for you' }).waitFor()
    await page.getByRole('button', { name: 'rejected 0' }).waitFor()

    // As large as the window, by pointer: about the one that is seen, whatever is chosen.
    await page.keyboard.press('*')
    await page.getByRole('option', { name: 'Picture[s5].Image, waiting' }).dblclick()
    const zoom = page.getByRole('dialog', { name: 'Picture[s5].Image' })
    await zoom.getByRole('button', { name: 'Reject …' }).click()
    await page.getByRole('textbox').fill('Less snow.')
    await page.getByRole('form', { name: 'Reject' }).getByRole('button', { name: 'Reject' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('button', { name: 'waiting 1' }).waitFor()
    await page.getByRole('button', { name: 'rejected 1' }).waitFor()
    const rejected: MovieReview[] = []
    for await (const one of engine.movie('album').reviews({ states: ['rejected'] })) rejected.push(one)
    expect(rejected).toMatchObject([
      { artifactId: 'Producer:Picture[s5].Image', review: { note: 'Less snow.' } },
    ])
    expect(complaints).toEqual([])
  })

  test('run --ui is watched to its end, which the page still shows when the command has ended', async () => {
    const folder = await temporaryFolder()
    await writeFile(
      join(folder, 'slow.yaml'),
      `name: slow
loops: { n: { count: 6 } }
producers:
  Wait:
    loop: n
    provider: command
    config: { command: sh, args: ["-c", "until test -e ${join(folder, 'go')}; do sleep 0.05; done; test {{n}} != 4; "] }
    with: { n: "\${index.n}" }
    outputs: { Text: text }
    retry: { attempts: 1 }
`,
    )
    await writeFile(join(folder, 'showrunner.config.json'), '{}')
    const command = new CliProcess(['run', 'slow.yaml', '--ui', '--concurrency', '3'], folder)
    const [, url] = await command.prints(/The run is shown at (http:\S+)\n/)
    const { page, complaints } = await openPage(url!)
    const head = page.locator('.head')
    await head.getByText('3 running').waitFor()
    await writeFile(join(folder, 'go'), '')
    expect((await command.ended).code).toBe(1)
    await head.getByText('done, with failures').waitFor()
    await head.getByText('5 made').waitFor()
    await page.getByRole('status').getByText('ended').waitFor()
    expect(complaints).toEqual([])
  })

  test('showrunner ui prints the address of its page, and ends with Ctrl-C', async () => {
    const folder = await temporaryFolder()
    const command = new CliProcess(['ui', '--store', 'file:./movies'], folder)
    const [, url] = await command.prints(/Showrunner is at (http:\S+)\n/)
    const { page, complaints } = await openPage(url!)
    await page.getByText('There is no movie in this store yet').waitFor()
    command.child.kill('SIGINT')
    expect((await command.ended).code).toBe(0)
    expect(complaints).toEqual([])
  })
})
