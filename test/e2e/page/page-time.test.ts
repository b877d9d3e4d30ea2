import { describe, expect, test } from 'vitest'
import { inline } from '../../../dist/index.js'
import { hasBrowser, openPage } from '../../support/browser/browser-page.js'
import { newStore, testEngine } from '../../support/engine-fixture.js'

/** Two moments side by side, and what a run with a fleet tells. */

const blueprint = {
  name: 'words',
  inputs: { names: 'json' },
  loops: { name: { over: '${inputs.names}' } },
  producers: {
    Word: { loop: 'name', provider: 'writer', with: { name: '${name}' }, outputs: { Text: 'text' } },
    Echo: {
      loop: 'name',
      provider: 'writer',
      with: { name: '${Word[name].Text}' },
      outputs: { Text: 'text' },
    },
  },
} as const

async function servedWords() {
  const writer = inline(({ inputs }) => ({ outputs: { Text: `a ${inputs.name}` }, costUsd: 0.25 }))
  const engine = await testEngine({ store: await newStore('file'), providers: { writer } })
  await engine.run({ blueprint, inputs: { names: ['fox', 'owl'] } })
  await engine.movie('words').edit('Word[1].Text', 'my owl')
  await engine.run({ blueprint, inputs: { names: ['fox', 'owl', 'elk'] } })
  return { engine, served: await engine.serve() }
}

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('what a run has changed is shown before and after; both moments are chosen by keyboard', async () => {
    const { served } = await servedWords()
    const { page, complaints } = await openPage(served.url)
    await page.locator('[aria-selected].row').first().waitFor()
    await page.keyboard.press('8')
    const status = page.getByRole('status')
    await status.getByText('3 jobs differ').waitFor()
    await status.getByText('2 made').waitFor()
    await status.getByText('1 regenerated').waitFor()
    await status.getByText('$0.75').waitFor()
    const echo = page.getByRole('listitem', { name: 'Echo[1]' })
    await echo.getByRole('group', { name: 'Before' }).getByText('a a owl').waitFor()
    await echo.getByRole('group', { name: 'After' }).getByText('a my owl').waitFor()
    const before = page.getByRole('slider', { name: 'Before' })
    await before.press('Home')
    await status.getByText('6 jobs differ').waitFor()
    await before.fill('4')
    await status.getByText('4 jobs differ').waitFor()
    await status.getByText('1 changed by hand').waitFor()
    await page.getByRole('listitem', { name: 'Word[1]' }).getByText('my owl').waitFor()
    await page.getByRole('tab', { name: 'Runs' }).click()
    await page.getByRole('button', { name: 'compare' }).last().click()
    await status.getByText('4 jobs differ').waitFor()
    await page.getByRole('button', { name: 'Echo[0]' }).click()
    await page.getByRole('complementary', { name: 'Job' }).getByText('a a fox').waitFor()
    expect(complaints).toEqual([])
  })

  test('hosts of a fleet are shown, and only where there is one', async () => {
    const { served } = await servedWords()
    const { page, complaints } = await openPage(served.url)
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByText('Attempts at the same time').waitFor()
    expect(await page.getByRole('table', { name: 'Hosts' }).count()).toBe(0)
    // As the server tells it while such a run is in progress.
    const told = (await page.evaluate("fetch('/api/movies/words').then(answer => answer.json())")) as object
    const host = { places: 16, active: 12, settled: 1_200, losses: 0, silentMs: 900 }
    const live = {
      active: 12,
      producers: [],
      limiters: [],
      budgets: [],
      outages: [],
      hosts: [
        { ...host, host: 'studio-1/4711', state: 'running' },
        { ...host, host: '<b>attic</b>/12', state: 'running', silentMs: 8_000 },
        { ...host, host: 'cellar/99', state: 'lost', losses: 16 },
      ],
    }
    const body = `event: movie\ndata: ${JSON.stringify({ ...told, live })}\n\n`
    await page.route('**/live', route => route.fulfill({ contentType: 'text/event-stream', body }))
    await page.reload()
    await page.locator('.head').getByText('2 with 32 places, 1 lost').waitFor()
    const table = page.getByRole('table', { name: 'Hosts' })
    const cells = (name: string) => table.getByRole('row', { name }).locator('th, td').allTextContents()
    expect(await cells('studio-1/4711')).toEqual([
      'studio-1/4711',
      'works',
      '16',
      '12',
      '1,200',
      '',
      '900 ms ago',
    ])
    expect((await cells('<b>attic</b>')).at(-1)).toBe('8.0 s ago')
    expect(await cells('cellar')).toMatchObject({ 1: 'lost', 5: '16' })
    expect(complaints.filter(text => !text.includes('/live'))).toEqual([])
  })
})
