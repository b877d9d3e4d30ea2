import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition } from '../../../src/blueprint/blueprint-schema.js'
import type { ArtifactId, JobId } from '../../../src/model/id.js'
import type { JsonValue } from '../../../src/model/json.js'
import { findJob, unknownJob } from '../../../src/plan/find-job.js'
import { KeyTable } from '../../../src/plan/identity/key-table.js'
import { readKeys } from '../../../src/plan/identity/read-keys.js'
import { mistakesIn } from '../../support/blueprint/blueprint-mistakes.js'
import { planOf } from '../../support/blueprint/blueprints.js'

const shop = (key: string): BlueprintDefinition => ({
  name: 'shop',
  inputs: { rows: 'table' },
  loops: { row: { over: '${inputs.rows}', key }, size: { count: 2 } },
  producers: {
    Item: {
      loop: ['row', 'size'],
      provider: 'p',
      with: { id: '${row.id}' },
      outputs: { Text: 'text', Tags: { type: 'json', loop: 'row' } },
    },
  },
})
const planWith = (ids: JsonValue[], key = '${row.id}') => planOf(shop(key), { rows: ids.map(id => ({ id })) })

describe('ids in a loop with keys', () => {
  const plan = planWith(['fox', 1001, 'a b', 'say "x"', 'Füchslein', 'a.b[c]'])
  const slots = plan.createSlots()

  test('keys stand in the place of positions; those that look like no name are quoted', () => {
    const ids = Array.from({ length: 6 }, (_, row) => slots.jobIdAt(row * 2 + 1).replace('Producer:Item', ''))
    expect(ids).toEqual([
      '[fox][1]',
      '["1001"][1]',
      '["a b"][1]',
      '["say \\"x\\""][1]',
      '[Füchslein][1]',
      '["a.b[c]"][1]',
    ])
    expect(slots.artifactIdAt(1)).toBe('Producer:Item[fox][0].Tags[fox]')
  })

  test('every slot has an id and every id its slot', () => {
    for (let job = 0; job < plan.jobCount; job++) expect(slots.jobSlot(slots.jobIdAt(job))).toBe(job)
    for (let at = 0; at < plan.geometry.artifactSlots; at++)
      expect(slots.artifactSlot(slots.artifactIdAt(at))).toBe(at)
  })

  test('an id of positions is none of theirs', () => {
    expect(slots.plannedJob('Producer:Item[0][1]')).toBe(-1)
    expect(slots.knownArtifact('Producer:Item[0][1].Text' as ArtifactId)).toBe(-1)
    expect(slots.jobSlot('Producer:Item[0][1]' as JobId)).toBe(plan.jobCount)
    expect(slots.artifactSlot('Producer:Item[hen][1].Text' as ArtifactId)).toBe(plan.geometry.artifactSlots)
  })

  test.each([
    ['Item[fox][1]', 1],
    ['Producer:Item[fox][1].Text', 1],
    ['Item["fox"][1]', 1],
    ['Item[1001][0]', 2],
    ['Item[a b][0]', 4],
    ['Item["a.b[c]"][0].Text', 10],
    ['Item[2][0]', 4],
    ['Item[hen][0]', -1],
    ['Item[fox]', -1],
  ])('%s is job %i', (written, job) => {
    expect(findJob(plan, written)).toBe(job)
  })

  test('the nearest key is what was probably meant', () => {
    expect(unknownJob(plan, 'Item[foks][1]', 'job').message).toContain(
      'Did you mean "Item[fox][1]"? Item has 12 jobs, Item[fox][0] to Item["a.b[c]"][1].',
    )
  })
})

test('a number that is a key and a position of another element has to be quoted', () => {
  const plan = planWith([7, 0, 5])
  expect(() => findJob(plan, 'Item[0][0]')).toThrow(expect.objectContaining({ code: 'USAGE_INVALID' }))
  expect(findJob(plan, 'Item["0"][0]')).toBe(2)
  expect(findJob(plan, 'Item[5][0]')).toBe(4)
})

describe('a key', () => {
  test('is a text of parts of its element', () => {
    const rows = [
      { id: 'fox', lang: { code: 'de' } },
      { id: 7, lang: { code: 'en' } },
    ]
    const keys = readKeys(rows, [
      { type: 'element', loop: 'row', path: ['id'], source: '', isOptional: false },
      '-',
      { type: 'element', loop: 'row', path: ['lang', 'code'], source: '', isOptional: false },
    ]) as KeyTable
    expect(keys).toBeInstanceOf(KeyTable)
    expect([keys.at(0), keys.at(1), keys.find('7-en'), keys.find('7')]).toEqual(['fox-de', '7-en', 1, -1])
  })

  test.each([
    [['fox', 'hen', 'fox'], /row 1 and row 3 have the same key "fox"/],
    [['fox', ''], /row 2 has no key/],
    [['fox', null], /row 2 has no key/],
    [['fox', ['x']], /row 2 is a list or an object/],
    [['fox', 'a\nb'], /row 2, "a\\nb", does not fit/],
    [['x'.repeat(201)], /does not fit/],
    [['\ud800'], /does not fit/],
  ] as const)('%j is refused before anything is planned', (ids, message) => {
    const plan = () => planWith(ids as unknown as JsonValue[])
    expect(plan).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
    expect(plan).toThrow(message)
  })

  test('has up to 200 characters, whatever planes they are in', () => {
    expect(planWith(['🦊'.repeat(200)]).jobCount).toBe(2)
  })
})

test.each([
  ['${index.row}', 'is a position'],
  ['${inputs.rows}', 'parts of its own element'],
  ['${Item[0][0].Text}', 'parts of its own element'],
  ['${row.id?}', 'take the "?" away'],
  ['same', 'the same for every row'],
])('%s is no key', (key, part) => {
  expect(mistakesIn(shop(key)).map(({ message }) => message)).toEqual([expect.stringContaining(part)])
})

test('a loop that counts has no key', () => {
  const blueprint = {
    ...shop('${row.id}'),
    loops: { row: { count: 2, key: '${row.id}' }, size: { count: 2 } },
  }
  expect(mistakesIn(blueprint as never).map(({ message }) => message)).toContainEqual(
    expect.stringContaining('has no elements to name'),
  )
})
