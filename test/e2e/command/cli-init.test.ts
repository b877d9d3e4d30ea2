import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { REPOSITORY } from '../../support/markdown.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const project = 'my-movie'
let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})

describe('init', () => {
  test('writes a project whose printed commands work', async () => {
    vi.stubEnv('npm_command', 'run-script')
    onTestFinished(() => void vi.unstubAllEnvs())
    const result = await cli(['init', project], folder)
    expect(result.code).toBe(0)
    const commands = [...result.stdout.matchAll(/^ {2}(cd|showrunner) (.+)$/gm)].map(([, name, rest]) => ({
      name,
      args: rest!.split(' '),
    }))
    expect(commands.map(({ name }) => name)).toEqual(['cd', 'showrunner', 'showrunner'])
    const cwd = join(folder, commands[0]!.args[0]!)
    const ran = await cli(commands[1]!.args, cwd)
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('4 made') })
    const shown = await cli(commands[2]!.args, cwd)
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('Greetings from Lisbon!') })
  })

  test('by npx it prints what works by npx', async () => {
    vi.stubEnv('npm_command', 'exec')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect((await cli(['init', 'other'], folder)).stdout).toContain('npx showrunner run postcards.yaml')
  })

  test('never writes over a file, and then leaves nothing half done', async () => {
    await mkdir(join(folder, project))
    await writeFile(join(folder, project, 'places.csv'), 'mine')
    const result = await cli(['init', project, '--json'], folder)
    expect(result.code).toBe(2)
    expect(jsonOf(result)).toMatchObject({ error: { code: 'USAGE_INVALID' } })
    expect(await readFile(join(folder, project, 'places.csv'), 'utf8')).toBe('mine')
    expect(await readdir(join(folder, project))).toEqual(['places.csv'])
    await rm(join(folder, project, 'places.csv'))
    const files = ['postcards.yaml', 'places.csv', 'showrunner.config.yaml']
    expect(jsonOf(await cli(['init', project, '--json'], folder))).toEqual({
      folder: join(folder, project),
      files,
    })
  })
})

test('the built command may be run as it is, also after an install that built it again', async () => {
  const { mode } = await stat(join(REPOSITORY, 'dist', 'cli', 'main.js'))
  expect(mode & 0o111).toBe(0o111)
})
