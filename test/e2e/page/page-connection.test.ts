import { describe, expect, test } from 'vitest'
import { inline } from '../../../dist/index.js'
import { hasBrowser, openPage } from '../../support/browser/browser-page.js'
import { CliProcess } from '../../support/cli/cli.js'
import { testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Pages whose server is restarted, and several at once. */

const blueprint = {
  name: 'words',
  inputs: { names: 'json' },
  loops: { name: { over: '${inputs.names}' } },
  producers: {
    Word: {
      loop: 'name',
      provider: 'writer',
      with: { name: '${name}' },
      outputs: { Text: 'text' },
      review: true,
    },
  },
} as const

async function wordsIn(folder: string) {
  const writer = inline(({ inputs }) => ({ outputs: { Text: `a ${inputs.name}` } }))
  const engine = await testEngine({ store: `file:${folder}`, providers: { writer } })
  await engine.run({ blueprint, inputs: { names: ['fox', 'owl'] } })
  return engine
}

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('a page whose server was killed says so, and is right once the address of the next one is opened', {
    timeout: 60_000,
  }, async () => {
    const folder = await temporaryFolder()
    const engine = await wordsIn(folder)
    const serve = async (...options: string[]) => {
      const command = new CliProcess(['ui', 'words', '--store', `file:${folder}`, ...options], folder)
      const [, url] = await command.prints(/Showrunner is at (http:\S+)\n/)
      return { command, url: url! }
    }
    const first = await serve()
    const { page } = await openPage(first.url)
    await page.getByText('a owl').waitFor()
    first.command.child.kill('SIGKILL')
    await page.getByRole('status').getByText('not connected').waitFor()

    await engine.run({ blueprint, inputs: { names: ['fox', 'owl', 'elk'] } })
    const second = await serve('--port', new URL(first.url).port)
    const other = await page.context().newPage()
    await other.goto(second.url)
    for (const tab of [other, page]) {
      await tab.bringToFront()
      await tab.getByText('a elk').waitFor()
      await tab.locator('.head').getByText('3 made').waitFor()
    }
    expect(await page.getByText('not connected').count()).toBe(0)
    second.command.child.kill('SIGINT')
    expect((await second.command.ended).code).toBe(0)
    await page.getByRole('status').getByText('ended').waitFor()
  })

  test('what is decided in one tab is seen in another, and the last of two decisions counts', async () => {
    const engine = await wordsIn(await temporaryFolder())
    const { page, complaints } = await openPage((await engine.serve()).url)
    const other = await page.context().newPage()
    await other.goto((await engine.serve()).url)
    for (const tab of [page, other]) {
      await tab.getByRole('tab', { name: 'Review' }).click()
      await tab.getByRole('option', { name: 'Word[0].Text, waiting' }).waitFor()
    }
    await page.bringToFront()
    await page.keyboard.press('a')
    await page.getByRole('button', { name: 'waiting 1' }).waitFor()
    await other.bringToFront()
    await other.getByRole('button', { name: 'waiting 1' }).waitFor()
    await other.getByRole('button', { name: 'approved 1' }).click()
    await other.getByRole('option', { name: 'Word[0].Text, approved' }).click()
    await other.keyboard.press('r')
    await other.keyboard.type('No.')
    await other.keyboard.press('Enter')
    for (const tab of [other, page]) {
      await tab.bringToFront()
      await tab.getByRole('button', { name: 'rejected 1' }).waitFor()
    }
    const states: string[] = []
    for await (const { review } of engine
      .movie('words')
      .reviews({ states: ['approved', 'rejected', 'waiting'] }))
      states.push(review.state)
    expect(states.sort()).toEqual(['rejected', 'waiting'])
    expect(complaints).toEqual([])
  })
})
