import { describe, expect, it } from 'vitest'
import type { ArtifactId, JobId } from '../../src/model/id.js'
import { pictureBook, planOf } from '../support/blueprint/blueprints.js'

describe('a plan', () => {
  const plan = planOf(pictureBook, { story: 'Fox', pages: 3 })

  it('lays families out with their extents', () => {
    expect(
      plan.families.map(family => [family.producer.name, family.size, family.whole!.artifactsPerJob]),
    ).toEqual([
      ['Script', 1, 4],
      ['Picture', 3, 1],
      ['Book', 1, 1],
    ])
    expect([plan.jobCount, plan.geometry.artifactSlots]).toEqual([5, 8])
  })

  it('puts each job one layer behind its dependencies, also along a chain of neighbours', () => {
    expect([0, 1, 2, 3, 4].map(job => plan.layers.layerOf(job))).toEqual([0, 1, 2, 3, 4])
    expect([...plan.layers.sizes]).toEqual([1, 1, 1, 1, 1])
  })

  it('gives every slot an id and every id its slot', () => {
    const slots = plan.createSlots()
    const jobs = Array.from({ length: plan.jobCount }, (_, slot) => slots.jobIdAt(slot))
    const artifacts = Array.from({ length: plan.geometry.artifactSlots }, (_, slot) =>
      slots.artifactIdAt(slot),
    )
    expect(jobs).toContain('Producer:Picture[2]')
    expect(artifacts).toContain('Producer:Script.Pages[1]')
    expect(jobs.map(id => slots.jobSlot(id))).toEqual(jobs.map((_, slot) => slot))
    expect(artifacts.map(id => slots.artifactSlot(id))).toEqual(artifacts.map((_, slot) => slot))
  })

  it('numbers ids that it does not know behind its own', () => {
    const slots = plan.createSlots()
    expect(slots.jobSlot('Producer:Picture[3]' as JobId)).toBe(5)
    expect(slots.jobSlot('Producer:Gone' as JobId)).toBe(6)
    expect(slots.jobSlot('Producer:Picture[3]' as JobId)).toBe(5)
    expect(slots.artifactSlot('Producer:Picture[1].Other' as ArtifactId)).toBe(8)
    expect(slots.artifactIdAt(8)).toBe('Producer:Picture[1].Other')
    expect([slots.jobCount, slots.artifactCount]).toEqual([7, 9])
  })

  it('refuses more jobs than fit', () => {
    expect(() => planOf(pictureBook, { story: 'Fox', pages: 20_000_000 })).toThrow(
      expect.objectContaining({ code: 'PLAN_TOO_LARGE' }),
    )
  })

  it('refuses a fixed index behind the end, which only the inputs can tell', () => {
    const definition = {
      name: 'fixed',
      inputs: { n: 'integer' as const },
      loops: { page: { count: '${inputs.n}' } },
      producers: {
        A: { loop: 'page', provider: 'p', outputs: { Text: 'text' } },
        B: { provider: 'p', with: { x: '${A[4].Text}' }, outputs: { Text: 'text' } },
      },
    }
    expect(() => planOf(definition, { n: 4 })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
    expect(planOf(definition, { n: 5 }).jobCount).toBe(6)
  })

  it('has the same hash for the same work, another one for other inputs', () => {
    expect(planOf(pictureBook, { story: 'Fox' }).hash).toBe(planOf(pictureBook, { story: 'Fox' }).hash)
    expect(planOf(pictureBook, { story: 'Owl' }).hash).not.toBe(planOf(pictureBook, { story: 'Fox' }).hash)
  })

  it('plans nothing for an empty table', () => {
    const empty = planOf(
      {
        name: 'empty',
        inputs: { rows: 'table' },
        loops: { row: { over: '${inputs.rows}' } },
        producers: { A: { loop: 'row', provider: 'p', with: { x: '${row.x}' }, outputs: { Text: 'text' } } },
      },
      { rows: [] },
    )
    expect([empty.jobCount, empty.layers.sizes.length]).toEqual([0, 0])
  })
})
