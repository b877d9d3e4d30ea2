import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const pages = await readdir(new URL('../../../docs/commands/', import.meta.url))
const commands = pages.filter(page => page !== 'README.md').map(page => page.replace('.md', ''))

/** Four characters are about a token. */
const CHARACTER_LIMIT = 20_000

test('context says in some thousand tokens what there is: commands, codes, and fields of a blueprint', async () => {
  const { stdout, stderr, code } = await cli(['context'], await temporaryFolder())
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  expect(stdout.length).toBeLessThan(CHARACTER_LIMIT)
  for (const name of commands) expect(stdout).toMatch(new RegExp(`^${name}( .*)?: `, 'm'))
  const errors = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  for (const [, exit] of errors.matchAll(/^\| (\d+) \| /gm))
    expect(stdout).toMatch(new RegExp(`^${exit} `, 'm'))
  for (const [, name] of errors.matchAll(/^\| `([A-Z]\w+)` \|/gm)) expect(stdout).toContain(` ${name}`)
  expect(stdout).toContain('\nproducers.<name>.outputs')
})

test('context --json is the same as data', async () => {
  const context = jsonOf(await cli(['context', '--json'], await temporaryFolder())) as Record<
    string,
    unknown[]
  >
  expect(context.commands).toHaveLength(commands.length)
  expect(context.exitCodes).toContainEqual({ code: 3, meaning: expect.any(String) })
  expect(context.blueprint).toContainEqual(
    expect.objectContaining({ path: 'producers.<name>.provider', isRequired: true }),
  )
})
