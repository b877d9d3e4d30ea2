import { expect, test } from 'vitest'
import { commandIndex } from '../../src/cli/command-index.js'
import { markdownPages } from '../support/markdown.js'

/** Each command has a page that says what it takes, in the words of its declaration. */

const pages = await markdownPages()
const entries = await commandIndex()
const textOf = (name: string) => pages.find(({ path }) => path === `docs/commands/${name}.md`)?.text ?? ''

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.trim())

test.each(entries)('docs/commands/$name.md lists the arguments and options of $name', async entry => {
  const { command } = await entry.load()
  const help = command.createHelp()
  const declared = [
    ...command.registeredArguments.map(argument => [
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
      help.argumentDescription(argument),
    ]),
    ...command.options.map(option => [option.flags, help.optionDescription(option)]),
  ]
  expect(declared).not.toEqual([])
  const rows = declared.map(([term, meaning]) => `| \`${term}\` | ${cell(meaning!)} |`)
  expect(rowsOf(textOf(entry.name))).toEqual(rows)
})

test('the page of commands lists all of them, in the order of the help', () => {
  const listed = [...textOf('README').matchAll(/^- \[`([\w-]+)`\]\(([\w-]+)\.md\): (.*)$/gm)]
  expect(listed.map(([, name, file, description]) => [name, file, description])).toEqual(
    entries.map(({ name, description }) => [name, name, description]),
  )
})

test('no page is left of a command that is gone', () => {
  const names = pages.flatMap(({ path }) => /^docs\/commands\/([\w-]+)\.md$/.exec(path)?.[1] ?? [])
  expect(names.filter(name => name !== 'README').sort()).toEqual(entries.map(({ name }) => name).sort())
})
