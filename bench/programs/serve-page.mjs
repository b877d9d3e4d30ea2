// node serve-page.mjs FOLDER: serves the page of a store, and tells its address; for each line that it gets, its memory.
import { createInterface } from 'node:readline'
import { openEngine } from 'showrunner'

const engine = await openEngine({ store: `file:${process.argv[2]}`, threads: 1 })
const say = (/** @type {object} */ told) => console.log(JSON.stringify(told))
const page = await engine.serve()
say({ url: page.url, rssBytes: process.memoryUsage.rss() })
const lines = createInterface({ input: process.stdin })
lines.on('line', () =>
  say({ rssBytes: process.memoryUsage.rss(), peakBytes: process.resourceUsage().maxRSS * 1_024 }),
)
lines.on('close', () => void engine.close())
