import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cli } from '../../support/cli/cli.js'
import { FailingService } from '../../support/servers/failing-service.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const MODULE = fileURLToPath(new URL('../../support/providers/plain-client.mjs', import.meta.url))

test.each([
  ['a refused key', 401],
  ['a whole outage', 503],
])('%s ends with exit code 6 and one message; the next run makes every row', async (_, status) => {
  let isBack = false
  const service = await FailingService.start(() => (isBack ? undefined : { status }))
  const folder = await temporaryFolder()
  await copyFile(MODULE, join(folder, 'own.mjs'))
  await writeFile(
    join(folder, 'showrunner.config.yaml'),
    `providers: { own: { module: ./own.mjs, config: { url: "${service.url}", key: k } } }\n`,
  )
  await writeFile(
    join(folder, 'rows.yaml'),
    `name: rows
loops: { n: { count: 30 } }
producers:
  Clip: { loop: n, provider: own, with: { n: "\${index.n}" }, outputs: { Text: text }, retry: { baseDelay: 1ms } }
`,
  )
  const run = ['run', 'rows.yaml', '--outage-wait', '1s'] as const
  const stopped = await cli(run, folder)
  expect(stopped.code).toBe(6)
  expect(`${stopped.stdout}${stopped.stderr}`.match(/run again/gi)).toHaveLength(1)
  isBack = true
  expect((await cli(run, folder)).code).toBe(0)
  expect(service.made.length).toBe(30)
})
