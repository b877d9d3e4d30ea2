import { describe, expect, test } from 'vitest'
import { inline } from '../../../dist/index.js'
import { hasBrowser, openPage } from '../../support/browser/browser-page.js'
import { newStore, testEngine } from '../../support/engine-fixture.js'

/** What must be readable, whatever names are like and however narrow the window is. */

const blueprint = {
  name: 'short',
  inputs: { names: 'json' },
  loops: { name: { over: '${inputs.names}', key: '${name}' } },
  producers: {
    A: { loop: 'name', provider: 'writer', with: { name: '${name}' }, outputs: { Text: 'text' } },
    Illustration: { loop: 'name', provider: 'writer', with: { name: '${name}' }, outputs: { Text: 'text' } },
  },
} as const

async function served(names: readonly string[]) {
  const writer = inline(({ inputs }) => ({ outputs: { Text: `a ${String(inputs.name)}` } }))
  const engine = await testEngine({ store: await newStore('file'), providers: { writer } })
  await engine.run({ blueprint, inputs: { names } })
  return await engine.serve()
}

/** Keys of which a part is not seen. */
const cutNames = `[...document.querySelectorAll('.job-name')].flatMap(name => {
  const [producer, key] = name.querySelectorAll('[aria-hidden]')
  const cell = name.parentElement.getBoundingClientRect()
  const isCut = key.scrollWidth > key.clientWidth || key.getBoundingClientRect().right > cell.right + 1
  return isCut ? [producer.textContent + key.textContent] : []
})`

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('a key is whole beside a short name of a producer, in the list and in the gallery', async () => {
    const { url } = await served(['fox', 'owl', '1017'])
    const { page, complaints } = await openPage(url)
    await page.locator('.row .job-name').first().waitFor()
    expect(await page.evaluate(cutNames)).toEqual([])
    await page.keyboard.press('3')
    await page.locator('.caption .job-name').first().waitFor()
    expect(await page.evaluate(cutNames)).toEqual([])
    expect(complaints).toEqual([])
  })

  test('the two moments of a comparison fit into a narrow window', async () => {
    const { url } = await served(['fox', 'owl'])
    const { page } = await openPage(url, { width: 360 })
    await page.locator('.row .job-name').first().waitFor()
    await page.keyboard.press('8')
    await page.getByRole('slider', { name: 'Before' }).waitFor()
    const right = `Math.max(...[...document.querySelectorAll('.moment output')].map(it => it.getBoundingClientRect().right))`
    expect(await page.evaluate(right)).toBeLessThanOrEqual(360)
  })

  test('arrow keys and Enter work without a click, also after a tab had the focus', async () => {
    const { url } = await served(['fox', 'owl'])
    const { page, complaints } = await openPage(url)
    await page.locator('.row .job-name').first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const job = page.getByRole('complementary', { name: 'Job' })
    await job.getByText('A[owl]').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: 'Runs' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'its jobs' }).waitFor()
    await page.keyboard.press('1')
    await page.locator('[role=grid]:focus .row .job-name').first().waitFor()
    await page.keyboard.press('Enter')
    await job.getByText('A[fox]').first().waitFor()
    expect(complaints).toEqual([])
  })
})
