import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandIndex } from '../../src/cli/command-index.js'
import { COMMAND_GROUPS } from '../../src/cli/declare/command-group.js'
import { createProgram } from '../../src/cli/program.js'
import { told } from './own-command/greet.js'

const commandsFolder = new URL('../../src/cli/commands/', import.meta.url)

test('each file of the folder is a command of its name, and is listed in the help under a group', async () => {
  const entries = await commandIndex(commandsFolder)
  const paths = readdirSync(commandsFolder, { recursive: true }) as string[]
  const files = paths.filter(path => path.endsWith('.ts')).map(file => file.replace(/\.ts$/, ''))
  expect(entries.map(({ file }) => file).sort()).toEqual(files.sort())
  for (const { file, name, group } of entries)
    expect(file).toBe(`${group.toLowerCase().replace(':', '')}/${name}`)
  for (const { group, description } of entries) {
    expect(COMMAND_GROUPS).toContain(group)
    expect(description).not.toBe('')
  }
})

test('a file more is a command more: listed, parsed and carried out', async () => {
  const entries = await commandIndex(new URL('./own-command/', import.meta.url))
  const args = ['greet', 'Ada', '--loud', '--store', 'memory:']
  const program = await createProgram(entries, args)
  expect(program.helpInformation()).toContain('greet [options] <name>')
  await program.parseAsync(args, { from: 'user' })
  expect(told).toEqual(['Hello ADA in memory:'])
})

test('only the command that is called is loaded', async () => {
  const loaded: string[] = []
  const entries = (await commandIndex(commandsFolder)).map(entry => ({
    ...entry,
    load: () => {
      loaded.push(entry.name)
      return entry.load()
    },
  }))
  await createProgram(entries, ['--help'])
  await createProgram(entries, ['--version'])
  expect(loaded).toEqual([])
  const program = await createProgram(entries, ['help', 'log'])
  await createProgram(entries, ['plan', 'run', '--movie', 'status'])
  expect(loaded).toEqual(['log', 'plan'])
  const names = entries.map(({ name }) => name)
  expect(program.commands.map(command => command.name())).toEqual(names)
})
