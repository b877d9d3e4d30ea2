// node scripts/screenshots.mjs: takes the pictures of the page that the docs show, in Chromium, of movies that it makes.
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { inline, openEngine } from 'showrunner'
import { ProviderError } from 'showrunner/provider'

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url))
const LIMIT_BYTES = 300_000
const SIZE = { width: 1280, height: 760 }
const PHONE = { width: 390, height: 760 }

const ANIMALS = [
  'fox',
  'owl',
  'hedgehog',
  'badger',
  'otter',
  'heron',
  'lynx',
  'marten',
  'stork',
  'hare',
  'elk',
  'boar',
]
const SCENES = [
  'at dawn',
  'in the first snow',
  'by the river',
  'under a red moon',
  'in the rain',
  'on the ice',
]
const rows = Array.from({ length: 240 }, (_, at) => {
  const animal = ANIMALS[at % ANIMALS.length]
  return { id: `${animal}-${at}`, name: animal, scene: SCENES[at % SCENES.length] }
})

const blueprint = {
  name: 'postcards',
  inputs: { rows: 'table', style: { type: 'text', default: 'gouache, muted colours, a wide paper border' } },
  loops: { row: { over: '${inputs.rows}', key: '${row.id}' } },
  producers: {
    Caption: {
      description: 'One line for each animal',
      loop: 'row',
      provider: 'writer',
      with: { name: '${row.name}', scene: '${row.scene}', seed: '${index.row}' },
      outputs: { Text: 'text', Score: 'number' },
      retry: { attempts: 2, baseDelay: '20ms' },
    },
    Picture: {
      loop: 'row',
      provider: 'painter',
      with: { prompt: '${Caption[row].Text} ${inputs.style}', seed: '${index.row}' },
      outputs: { Image: 'image/png' },
      review: true,
    },
    Album: {
      provider: 'template',
      with: { captions: '${Caption[*].Text?}' },
      config: { template: '{{captions}}' },
      outputs: { Text: 'text' },
    },
  },
}

const pause = (/** @type {number} */ ms) => new Promise(resolve => setTimeout(resolve, ms))
/** The same for the same text, so that pictures that are taken again are like those before. @param {string} text */
const numberOf = text => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)

const writer = inline(async ({ jobId, inputs }) => {
  const { name, scene } = /** @type {Record<string, string>} */ (inputs)
  await pause(30 + (numberOf(jobId) % 60))
  if (numberOf(jobId) % 31 === 0)
    throw new ProviderError('content', 'The prompt was flagged by the safety system.')
  const Text = `A ${name} ${scene}, a red scarf around its neck, does not look back.`
  const Score = (numberOf(jobId) % 100) / 100
  return { outputs: { Text, Score }, costUsd: 0.004, usage: { inputTokens: 120, outputTokens: 31 } }
})

/** So many pictures are there when the run in progress is looked at. */
const PAINTED_FIRST = 130
let painted = 0
let goOn = () => {}
const isSeen = new Promise(resolve => {
  goOn = () => resolve(undefined)
})

const painter = inline(async ({ jobId, inputs }, { feedback }) => {
  if (++painted > PAINTED_FIRST) await isSeen
  await pause(80 + (numberOf(jobId) % 160))
  const prompt = String(inputs.prompt)
  const seed = numberOf(`${prompt} ${jobId} ${JSON.stringify(feedback)}`)
  const hue = seed % 360
  const color = (/** @type {number} */ turn, /** @type {string} */ rest) =>
    `hsl(${(hue + turn) % 360},${rest})`
  const hill = (/** @type {number} */ top, /** @type {string} */ fill) =>
    `<path d="M24 ${top + (seed % 60)} Q150 ${top - 90 + (seed % 70)} 270 ${top} T488 ${top - 30} V360 H24Z" fill="${fill}"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="384">
<defs><linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="${color(0, '48%,80%')}"/><stop offset="1" stop-color="${color(40, '52%,62%')}"/></linearGradient><clipPath id="card"><rect x="24" y="24" width="464" height="336"/></clipPath></defs>
<rect width="512" height="384" fill="#f6f2e9"/><g clip-path="url(#card)"><rect width="512" height="384" fill="url(#sky)"/>
<circle cx="${110 + (seed % 290)}" cy="${90 + (seed % 50)}" r="${30 + (seed % 24)}" fill="${color(170, '70%,88%')}"/>
${hill(270, color(60, '28%,44%'))}${hill(315, color(80, '32%,30%'))}</g></svg>`
  const bytes = await sharp(Buffer.from(svg)).png().toBuffer()
  return { outputs: { Image: { bytes, mimeType: 'image/png' } }, costUsd: 0.02 }
})

/** Of those in sight: the others are never loaded. */
const IMAGES_LOADED = `new Promise(resolve => {
  const isSeen = image => image.getBoundingClientRect().top < innerHeight
  const look = () =>
    [...document.images].filter(isSeen).every(image => image.complete) ? resolve() : requestAnimationFrame(look)
  requestAnimationFrame(look)
})`

/** @param {import('playwright-core').Page} page @param {string} name */
async function take(page, name) {
  await page.evaluate(IMAGES_LOADED)
  const file = join(DOCS, `${name}.webp`)
  await sharp(await page.screenshot())
    .webp({ quality: 82 })
    .toFile(file)
  const { size } = statSync(file)
  console.log(`docs/${name}.webp ${Math.round(size / 1_000)} kB`)
  if (size > LIMIT_BYTES) throw new Error(`docs/${name}.webp is larger than ${LIMIT_BYTES / 1_000} kB.`)
}

const folder = await mkdtemp(join(tmpdir(), 'showrunner-pictures-'))
process.chdir(folder)
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)
if (executablePath === undefined) throw new Error('There is no Chromium: run scripts/install-chromium.sh')
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
})
const engine = await openEngine({
  store: 'file:./movies',
  providers: { writer, painter },
  concurrency: 16,
  threads: 1,
})
try {
  const served = await engine.serve({ movie: 'postcards' })
  const open = async (/** @type {'light' | 'dark'} */ colorScheme, viewport = SIZE) => {
    const context = await browser.newContext({ viewport, colorScheme })
    const page = await context.newPage()
    // The page shows where its store is: not this folder, which is another one each time.
    const json = { store: 'file:./movies', movies: ['postcards'] }
    await page.route('**/api/store', route => route.fulfill({ json }))
    await page.goto(served.url)
    return page
  }
  const run = engine.run({ blueprint, inputs: { rows } })
  await new Promise(resolve => void run.once('progress', () => resolve(undefined)))
  const live = await open('dark')
  await live.getByRole('tab', { name: 'Timeline' }).click()
  const isPainted = `${PAINTED_FIRST} / ${rows.length}`
  await live.locator('.producers').getByText(isPainted).waitFor({ timeout: 120_000 })
  await take(live, 'ui-live')
  goOn()
  await run
  const movie = engine.movie('postcards')
  await movie.review(
    [
      { artifact: 'Picture[fox-0].Image', decision: 'approve' },
      { artifact: 'Picture[owl-1].Image', decision: 'approve' },
      { artifact: 'Picture[hedgehog-2].Image', decision: 'reject', note: 'The scarf is missing.' },
    ],
    { by: 'ada' },
  )
  await movie.edit('Caption[owl-1].Text', 'An owl under a red moon waits for the last train.')

  const page = await open('light')
  await page.getByRole('tab', { name: 'Gallery' }).click()
  await page.getByLabel('Producer', { exact: true }).selectOption('Picture')
  await page.locator('.card img').nth(5).waitFor()
  await take(page, 'ui-gallery')
  await page.getByRole('tab', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'all', exact: true }).click()
  await page.getByRole('option').nth(5).waitFor()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await take(page, 'ui-review')

  const dark = await open('dark')
  await dark.getByLabel('Producer', { exact: true }).selectOption('Picture')
  await dark.getByRole('row', { name: 'Picture[hedgehog-2]' }).click()
  await dark.getByRole('complementary', { name: 'Job' }).locator('img').first().waitFor()
  await take(dark, 'ui-job')

  // Only what was rejected, and what reads what was edited.
  await engine.run({ blueprint, inputs: { rows } })
  const compared = await open('light')
  await compared.getByRole('tab', { name: 'Compare' }).click()
  await compared.locator('.compared img').first().waitFor()
  await take(compared, 'ui-compare')
  const phone = await open('light', PHONE)
  await phone.getByRole('row').nth(5).waitFor()
  await take(phone, 'ui-phone')
} finally {
  await browser.close()
  await engine.close()
  await rm(folder, { recursive: true, force: true })
}
