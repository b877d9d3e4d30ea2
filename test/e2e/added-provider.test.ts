import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../support/markdown.js'

const run = promisify(execFile)

const DECLARATION = `
import type { ProviderDeclaration } from '../../model/provider/provider-declaration.js'

export default { summary: 'texts in capitals', kind: 'local', price: () => ({}) } satisfies ProviderDeclaration
`
const CODE = `
import { z } from 'zod'
import { configuredProvider } from '../kit/configured-provider.js'

const configSchema = z.strictObject({ end: z.string().default('!') })

export default configuredProvider('shout', configSchema, {
  produce: ({ end }, { inputs }) => ({ outputs: { Text: String(inputs.text).toUpperCase() + end } }),
})
`
const blueprint = (key: string) => `
name: loud
producers:
  Shout:
    provider: shout
    with: { text: hello }
    config: { ${key}: '?!' }
    outputs: { Text: text }
`

test('a folder in src/providers is all that a new built-in provider takes', {
  timeout: 300_000,
}, async () => {
  const copy = await mkdtemp(join(tmpdir(), 'added-provider-'))
  try {
    for (const part of [
      'src',
      'page',
      'scripts',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
    ])
      await cp(join(REPOSITORY, part), join(copy, part), { recursive: true })
    await symlink(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'))
    const folder = join(copy, 'src/providers/shout')
    await mkdir(folder)
    await writeFile(join(folder, 'declaration.ts'), DECLARATION)
    await writeFile(join(folder, 'shout.ts'), CODE)
    await run('npm', ['run', 'build'], { cwd: copy })

    const command = (...args: string[]) =>
      run(process.execPath, [join(copy, 'dist/cli/main.js'), ...args], { cwd: copy })
    await writeFile(join(copy, 'loud.yaml'), blueprint('end'))
    await command('run', 'loud.yaml')
    expect((await command('artifacts', 'loud', '--json')).stdout).toContain('"HELLO?!"')
    // Its schema is known when a run is planned.
    await writeFile(join(copy, 'wrong.yaml'), blueprint('ende'))
    await expect(command('plan', 'wrong.yaml')).rejects.toMatchObject({
      stderr: expect.stringContaining('Did you mean "end"?'),
    })
  } finally {
    await rm(copy, { recursive: true })
  }
})
