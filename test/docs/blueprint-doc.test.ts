import { describe, expect, it } from 'vitest'
import { blueprintJsonSchema } from '../../src/blueprint/blueprint-json-schema.js'
import { parseTemplate } from '../../src/blueprint/reference/parse-template.js'
import { TEST_OPERATORS } from '../../src/model/condition/condition.js'
import { mistakesIn } from '../support/blueprint/blueprint-mistakes.js'
import { fencesIn, markdownPages, proseOf } from '../support/markdown.js'

const pages = (await markdownPages()).filter(({ path }) => /^docs\/(blueprint(\/.*)?|review)\.md$/.test(path))
const blueprints = pages.flatMap(fencesIn).filter(({ text }) => text.startsWith('name:'))
const prose = pages.map(proseOf).join('\n')

describe('docs/blueprint.md and the pages below it', () => {
  it.each(blueprints.map(({ page, line, text }) => [`${page}:${line}`, text] as const))(
    '%s compiles',
    (_, text) => {
      expect(mistakesIn(text)).toEqual([])
    },
  )

  it('shows only references that can be written', () => {
    const shown = [...prose.matchAll(/(?<!the text )`(\$+\{[^`…]*\})`/g)].map(([, text]) => text!)
    expect(shown.length).toBeGreaterThan(10)
    expect(shown.flatMap(text => parseTemplate(text).faults)).toEqual([])
  })

  it('names every operator and every key', () => {
    const named = (word: string) => prose.includes(`\`${word}\``)
    expect(TEST_OPERATORS.filter(operator => !named(operator))).toEqual([])
    expect(keysOf(blueprintJsonSchema()).filter(key => !named(key))).toEqual([])
  })
})

/** Every key that the schema gives a meaning. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : []
  return [...new Set([...own, ...Object.values(schema).flatMap(keysOf)])]
}
