import { expect, test } from 'vitest'
import type { z } from 'zod'
import { BUILTIN_PROVIDERS } from '../../src/providers/builtin-providers.js'
import type { ConfiguredProvider } from '../../src/providers/kit/configured-provider.js'
import { markdownPages } from '../support/markdown.js'

interface Code {
  readonly default: ConfiguredProvider
}

/** What the engine says to `simulate` when it stands in for another provider. */
const INTERNAL = ['standsIn']

const pages = await markdownPages()
const page = pages.find(({ path }) => path === 'docs/providers.md')!

test('docs/providers.md lists the built-in providers as they declare themselves', () => {
  const rows = [...page.text.matchAll(/^\| \[`([\w-]+)`\]\(([^)]+)\) \| (.*) \|$/gm)]
  const listed = rows.map(([, name, , summary]) => [name, summary])
  expect(listed).toEqual(BUILTIN_PROVIDERS.map(({ name, summary }) => [name, summary]))
})

test.each(BUILTIN_PROVIDERS.map(({ name }) => name))('%s has a page', name => {
  expect(textOf(name)).not.toBe('')
})

test.each(BUILTIN_PROVIDERS)('the text on $name names every key of its config', async ({ name }) => {
  const code = (await import(`../../src/providers/${name}/${name}.ts`)) as Code
  const { configSchema } = code.default
  const keys = Object.keys((configSchema as z.ZodObject).shape).filter(key => !INTERNAL.includes(key))
  const text = textOf(name)
  expect(keys.filter(key => !new RegExp(`\\b${key}\\b`).test(text))).toEqual([])
})

const textOf = (name: string): string =>
  pages.find(({ path }) => path === `docs/providers/${name}.md`)?.text ?? ''
