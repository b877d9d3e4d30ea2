import { expect, test } from 'vitest'
import { compileBlueprint } from '../../../src/blueprint/compile/compile-blueprint.js'
import { reuseKey } from '../../../src/model/job.js'
import { unreadLoops } from '../../../src/plan/up-to-date/unread-loops.js'
import { assignment, jobTemplate } from '../../support/jobs/job-fixture.js'

function unread(with_: Record<string, string>, loop = '[page, variant]'): number[] {
  const blueprint = compileBlueprint(`
name: book
inputs: { rows: { type: table } }
loops: { page: { count: 2 }, variant: { count: 3 }, row: { over: "\${inputs.rows}" } }
producers:
  Script: { provider: p, outputs: { Pages: { type: json, loop: page } } }
  Sketch: { loop: [page, variant], provider: p, outputs: { Image: image/png } }
  Picture:
    loop: ${loop}
    provider: p
    with: ${JSON.stringify(with_)}
    outputs: { Image: image/png }
`)
  return unreadLoops(blueprint.producers.get('Picture')!, blueprint.loops)
}

test('a loop is read by an index, an element, or a selector of a job or of an output', () => {
  expect(unread({})).toEqual([0, 1])
  expect(unread({ at: 'number ${index.variant}' })).toEqual([0])
  expect(unread({ prompt: '${row.prompt}' }, '[row, variant]')).toEqual([1])
  expect(unread({ scene: '${Script.Pages[page].scene}' })).toEqual([1])
  expect(unread({ before: '${Sketch[page][variant-1].Image?}' })).toEqual([])
  expect(unread({ all: '${Sketch[*][variant].Image}' })).toEqual([0])
  expect(unread({ all: '${Script.Pages[*]}' })).toEqual([0, 1])
})

test('jobs share a key when they differ only in loops that they read', () => {
  const job = (page: number, variant: number) => assignment(0, {}, { indices: [page, variant] })
  const keys = (unreadLoops: number[]) =>
    [job(0, 0), job(0, 1), job(1, 0)].map(its => reuseKey(jobTemplate({ unreadLoops }), its))
  expect(new Set(keys([]))).toEqual(new Set(['hash-0']))
  expect(new Set(keys([0, 1])).size).toBe(3)
  const [first, variant, page] = keys([1])
  expect(page).toBe(first)
  expect(variant).not.toBe(first)
})
