import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Engine, inline, openEngine } from '../../../dist/index.js'
import { hasBrowser, openPage } from '../../support/browser/browser-page.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** The page in a real browser. */

const HOSTILE = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>'
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const blueprint = {
  name: 'postcards',
  inputs: { places: 'table' },
  loops: { place: { over: '${inputs.places}' } },
  producers: {
    Greeting: {
      loop: 'place',
      provider: 'writer',
      with: { name: '${place.name}' },
      outputs: { Text: 'text' },
      retry: { attempts: 1 },
    },
    Card: {
      loop: 'place',
      provider: 'painter',
      with: { text: '${Greeting[place].Text}' },
      outputs: { Picture: 'image/png' },
    },
  },
} as const

const places = ['Lisbon', HOSTILE, 'مدينة بعيدة جدا', 'nowhere', 'long '.repeat(400)].map(name => ({ name }))

/** @param whenWriting awaited by each call of the writer */
async function postcards(whenWriting: () => Promise<void> = async () => {}): Promise<Engine> {
  const writer = inline(async ({ inputs }) => {
    await whenWriting()
    if (inputs.name === 'nowhere') throw new Error(`No such place: ${HOSTILE}`)
    return { outputs: { Text: `Greetings from ${inputs.name}` }, costUsd: 0.01 }
  })
  const painter = inline(() => ({ outputs: { Picture: { bytes: PIXEL, mimeType: 'image/png' } } }))
  const engine = await openEngine({
    store: `memory:${randomUUID()}`,
    providers: { writer, painter },
    threads: 1,
    concurrency: 2,
  })
  onTestFinished(() => engine.close())
  return engine
}

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('a run is watched to its end', async () => {
    let allow = () => {}
    const allowed = new Promise<void>(resolve => {
      allow = resolve
    })
    const engine = await postcards(() => allowed)
    const served = await engine.serve({ movie: 'postcards' })
    const run = engine.run({ blueprint, inputs: { places } })
    await new Promise<void>(resolve => void run.once('progress', () => resolve()))
    const { page, complaints } = await openPage(served.url)
    const head = page.locator('.head')
    await head.getByText('running', { exact: true }).waitFor()
    await head.getByText('2 running').waitFor()
    await head.getByText('concurrency: at most 2 jobs at the same time').waitFor()
    await head.getByText('10 open').waitFor()
    expect(page.url()).not.toContain('token')
    allow()
    await run
    await head.getByText('done, with failures').waitFor()
    await head.getByText('8 made').waitFor()
    await page.getByRole('tab', { name: /Failures/ }).click()
    await page.getByText(`No such place: ${HOSTILE}`, { exact: false }).waitFor()
    expect(await page.title()).toBe('Showrunner')
    expect(complaints).toEqual([])
  })

  test('jobs are found, opened and closed by keyboard', async () => {
    const engine = await postcards()
    await engine.run({ blueprint, inputs: { places } })
    const { page, complaints } = await openPage((await engine.serve()).url)
    const grid = page.getByRole('grid')
    await page.locator('[aria-selected].row').first().waitFor()
    expect(await grid.getAttribute('aria-rowcount')).toBe('11')
    await page.keyboard.press('/')
    await page.keyboard.type('Card[1]')
    await page.getByRole('status').getByText('1 job', { exact: true }).waitFor()
    await page.locator('input[type=search]').fill('')
    await page.getByRole('status').getByText('10 jobs', { exact: true }).waitFor()
    await grid.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const job = page.getByRole('complementary', { name: 'Job' })
    await job.getByText(`Greetings from ${HOSTILE}`).waitFor()
    await page.keyboard.press('Escape')
    await job.waitFor({ state: 'detached' })
    await page.keyboard.press('3')
    await page.locator('.card img').first().waitFor()
    const isLoaded = await page
      .locator('.card img')
      .first()
      .evaluate(image => (image as unknown as { naturalWidth: number }).naturalWidth)
    expect(isLoaded).toBe(1)
    expect(await page.title()).toBe('Showrunner')
    expect(complaints).toEqual([])
  })

  test.each([
    [390, 'light'],
    [390, 'dark'],
    [2560, 'light'],
  ] as const)(
    'nothing is wider than a window of %i pixels, whatever the texts (%s)',
    async (width, scheme) => {
      const engine = await postcards()
      await engine.run({ blueprint, inputs: { places } })
      const { page, complaints } = await openPage((await engine.serve()).url, { width, scheme })
      await page.locator('[aria-selected].row').nth(4).waitFor()
      for (const view of ['Failures', 'Gallery', 'Timeline', 'Graph', 'Runs', 'Compare', 'Jobs']) {
        await page.getByRole('tab', { name: view }).click()
        await page.getByRole('tab', { name: view, selected: true }).waitFor()
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        expect([view, overflow]).toEqual([view, 0])
      }
      await page.locator('[aria-selected].row').nth(4).click()
      await page.getByRole('complementary', { name: 'Job' }).getByText('Greetings from long').waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
      expect(complaints).toEqual([])
    },
  )

  test('an earlier moment is shown as it was', async () => {
    const engine = await postcards()
    await engine.run({ blueprint, inputs: { places: places.slice(0, 1) } })
    await engine.run({ blueprint, inputs: { places } })
    const { page, complaints } = await openPage((await engine.serve()).url)
    const head = page.locator('.head')
    await head.getByText('8 made').waitFor()
    await page.locator('input[type=range]').fill('1')
    await head.getByText('1 made').waitFor()
    await head.getByText('1 open').waitFor()
    await page.getByRole('button', { name: 'back to now' }).click()
    await head.getByText('8 made').waitFor()
    await page.getByRole('tab', { name: 'Runs' }).click()
    await page.getByRole('button', { name: 'its jobs' }).last().click()
    await page.getByRole('status').getByText('2 jobs', { exact: true }).waitFor()
    expect(complaints).toEqual([])
  })

  test('a job says what it was given and who reads it, and is changed from the page', async () => {
    const engine = await postcards()
    await engine.run({ blueprint, inputs: { places } })
    const { page, complaints } = await openPage((await engine.serve()).url)
    await page.locator('[aria-selected].row').first().click()
    const job = page.getByRole('complementary', { name: 'Job' })
    await job.getByRole('button', { name: 'Card[0]' }).click()
    await job.getByText('Greetings from Lisbon').waitFor()
    await job.getByRole('button', { name: 'Greeting[0]' }).click()
    await job.getByRole('button', { name: 'pin' }).click()
    await job.getByText('pinned', { exact: true }).first().waitFor()
    await job.getByRole('button', { name: 'edit' }).click()
    await job.getByRole('textbox').fill(HOSTILE)
    await job.getByRole('button', { name: 'Save' }).click()
    await job.locator('figure').getByText(HOSTILE).waitFor()
    await job.getByRole('button', { name: 'Regenerate' }).click()
    await page.getByText('1 of their outputs are pinned').waitFor()
    await page.getByRole('tab', { name: /Failures/ }).click()
    await page.getByRole('button', { name: 'Regenerate these' }).click()
    await page.getByText('The next run regenerates 1 job').waitFor()
    await page.locator('.head').getByText('1 to be regenerated').waitFor()
    expect(await engine.movie(blueprint).output('Greeting', 0)).toMatchObject({ Text: HOSTILE })
    expect(await engine.movie('postcards').status()).toMatchObject({ toRegenerate: 1 })
    expect(await page.title()).toBe('Showrunner')
    expect(complaints).toEqual([])
  })

  test('versions are judged by keyboard, and the decisions are in the log', async () => {
    const engine = await postcards()
    await engine.run({ blueprint, inputs: { places } })
    const pictures = [0, 1, 2, 4].map(n => `Card[${n}].Picture`)
    await engine.movie('postcards').review(pictures.map(artifact => ({ artifact, decision: 'approve' })))
    const { page, complaints } = await openPage((await engine.serve()).url)
    await page.getByRole('tab', { name: 'Review' }).waitFor()
    await page.keyboard.press('7')
    await page.getByRole('button', { name: 'approved 4' }).click()
    const grid = page.getByRole('listbox', { name: 'Versions to judge' })
    await grid.getByRole('option').nth(3).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('z')
    const zoom = page.getByRole('dialog', { name: 'Card[1].Picture' })
    await zoom.getByText(HOSTILE).waitFor()
    await page.keyboard.press('r')
    await page.keyboard.type('The sea is missing.')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await page.getByText('1 decision is recorded').waitFor()
    await page.keyboard.press('End')
    await page.keyboard.press('x')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Reject 2' }).click()
    await page.keyboard.press('Enter')
    await page.getByText('2 decisions are recorded').waitFor()
    await page.getByRole('button', { name: 'rejected 3' }).waitFor()
    const rejected: string[] = []
    for await (const { artifactId, review } of engine.movie('postcards').reviews({ states: ['rejected'] }))
      rejected.push(`${artifactId} ${review.note ?? ''}`)
    expect(rejected).toEqual([
      'Producer:Card[1].Picture The sea is missing.',
      'Producer:Card[2].Picture ',
      'Producer:Card[4].Picture ',
    ])
    expect(await page.title()).toBe('Showrunner')
    expect(complaints).toEqual([])
  })

  test('a report opens from disk, asks nobody, and runs nothing that was generated', async () => {
    const engine = await postcards()
    await engine.run({ blueprint, inputs: { places } })
    const file = join(await temporaryFolder(), 'report.html')
    await writeFile(file, await engine.report('postcards'))
    await engine.close()
    const { page, complaints } = await openPage(pathToFileURL(file).href)
    const asked: string[] = []
    page.on('request', request => void asked.push(request.url()))
    await page.locator('.head').getByText('8 made').waitFor()
    await page.locator('[aria-selected].row').nth(1).click()
    await page.getByRole('complementary', { name: 'Job' }).getByText(`Greetings from ${HOSTILE}`).waitFor()
    await page.keyboard.press('Escape')
    for (const view of ['Failures', 'Gallery', 'Timeline', 'Graph', 'Runs'])
      await page.getByRole('tab', { name: view }).click()
    expect(asked.filter(url => !url.startsWith('data:'))).toEqual([])
    expect(await page.title()).toBe('postcards · Showrunner')
    expect(complaints).toEqual([])
  })
})
