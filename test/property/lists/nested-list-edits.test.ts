import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, testEngine } from '../../support/engine-fixture.js'
import { rounds } from '../../support/rounds.js'

interface Shot {
  readonly id: string
}
interface Scene extends Shot {
  readonly shots: readonly Shot[]
}
interface Book extends Shot {
  readonly scenes: readonly Scene[]
}

/** How one list changes from one run to the next: `in` chooses it, as numbers that are taken modulo the lengths. */
type Edit =
  | { readonly type: 'insert' | 'delete'; readonly in: readonly number[]; readonly at: number }
  | { readonly type: 'move'; readonly in: readonly number[]; readonly at: number; readonly to: number }
  | { readonly type: 'undo' }

const place = fc.nat(5)
const list = fc.array(place, { maxLength: 2 })
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ type: fc.constantFrom('insert' as const, 'delete' as const), in: list, at: place }),
  fc.record({ type: fc.constant('move' as const), in: list, at: place, to: place }),
  fc.record({ type: fc.constant('undo' as const) }),
)

/** Elements by what stands in them, down to where there is nothing. */
interface Node extends Shot {
  readonly children: readonly Node[]
}

let count = 0
const grown = (depth: number): Node => ({
  id: `e${count++}`,
  children: depth === 0 ? [] : [grown(depth - 1), grown(depth - 1)],
})

function changed(
  nodes: readonly Node[],
  edit: Exclude<Edit, { type: 'undo' }>,
  path = edit.in,
): readonly Node[] {
  const [first, ...rest] = path
  const depth = 2 - (edit.in.length - path.length)
  if (first !== undefined && nodes.length > 0) {
    const at = first % nodes.length
    const node = nodes[at]!
    return nodes.with(at, { ...node, children: changed(node.children, edit, rest) })
  }
  const next = [...nodes]
  if (edit.type === 'insert') next.splice(edit.at % (nodes.length + 1), 0, grown(Math.max(0, depth)))
  else if (edit.type === 'delete') next.splice(edit.at % Math.max(1, nodes.length), 1)
  else if (edit.type === 'move' && nodes.length > 0)
    next.splice(edit.to % nodes.length, 0, ...next.splice(edit.at % nodes.length, 1))
  return next
}

const booksOf = (nodes: readonly Node[]): Book[] =>
  nodes.map(({ id, children }) => ({
    id,
    scenes: children.map(scene => ({ id: scene.id, shots: scene.children.map(shot => ({ id: shot.id })) })),
  }))

const say = {
  Say: {
    loop: ['book', 'scene', 'shot'],
    provider: 'p',
    with: { id: '${shot.id}' },
    outputs: { Text: 'text' as const },
  },
}
const loops = { book: { over: '${inputs.books}' }, shot: { over: '${scene.shots}', max: 20 } }
const blueprints: Record<string, BlueprintDefinition> = {
  'of inputs': {
    name: 'edited',
    inputs: { books: 'json' },
    loops: { ...loops, scene: { over: '${book.scenes}' } },
    producers: say,
  },
  'that a job makes for each element': {
    name: 'edited',
    inputs: { books: 'json' },
    loops: { ...loops, scene: { over: '${Write[book].Scenes}', max: 20 } },
    producers: {
      Write: { loop: 'book', provider: 'p', with: { scenes: '${book.scenes}' }, outputs: { Scenes: 'json' } },
      ...say,
    },
  },
  'in lists of lists that jobs make': {
    name: 'edited',
    inputs: { books: 'json' },
    loops: {
      book: { over: '${List.Books}', max: 20 },
      scene: { over: '${Write[book].Scenes}', max: 20 },
      shot: { over: '${scene.shots}', max: 20 },
    },
    producers: {
      List: { provider: 'p', with: { books: '${inputs.books}' }, outputs: { Books: 'json' } },
      Write: { loop: 'book', provider: 'p', with: { scenes: '${book.scenes}' }, outputs: { Scenes: 'json' } },
      ...say,
    },
  },
}

/** What was said of each shot. */
async function textsOf(engine: Engine, books: readonly Book[]): Promise<Record<string, string>> {
  const texts: Record<string, string> = {}
  for (const [book, { scenes }] of books.entries())
    for (const [scene, { shots }] of scenes.entries())
      for (const [shot, { id }] of shots.entries())
        texts[id] = String((await engine.movie('edited').output('Say', [book, scene, shot]))?.Text)
  return texts
}

describe.each(Object.keys(blueprints))('edits of lists without keys, %s', name => {
  test('cost a call for each new element, and leave what is kept with its element, or with none', async () => {
    const blueprint = blueprints[name]!
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(place, place, place),
        fc.array(edit, { minLength: 1, maxLength: 5 }),
        async (pin, edits) => {
          const calls = new Calls()
          const p = calls.provider(({ inputs: { books, scenes, id } }) => {
            const outputs = books
              ? { Books: books as never }
              : scenes
                ? { Scenes: scenes as never }
                : { Text: `said ${id}` }
            return { outputs }
          })
          const engine = await testEngine({ store: 'memory:', providers: { p } })
          const said = new Set<string>()
          const run = async (nodes: readonly Node[]) => {
            const books = booksOf(nodes)
            const result = await engine.run({ blueprint, inputs: { books } })
            expect(result.status).toBe('succeeded')
            const shots = books.flatMap(book => book.scenes.flatMap(scene => scene.shots.map(({ id }) => id)))
            const fresh = shots.filter(id => !said.has(id))
            expect(calls.take().filter(call => call.startsWith('Say'))).toHaveLength(fresh.length)
            for (const id of fresh) said.add(id)
            return { books, shots, result }
          }
          const lists = [[grown(2), grown(2)] as readonly Node[]]
          const { books } = await run(lists[0]!)
          const [book, scene, shot] = pin.map(number => number % 2) as [number, number, number]
          const kept = books[book]!.scenes[scene]!.shots[shot]!.id
          await engine.movie('edited').edit(`Say[${book}][${scene}][${shot}].Text`, 'kept')
          for (const next of edits) {
            lists.push(next.type === 'undo' ? (lists.at(-2) ?? lists[0]!) : changed(lists.at(-1)!, next))
            const { books, shots, result } = await run(lists.at(-1)!)
            const texts = await textsOf(engine, books)
            expect(texts).toEqual(
              Object.fromEntries(shots.map(id => [id, id === kept ? 'kept' : `said ${id}`])),
            )
            expect(result.orphaned ?? []).toHaveLength(shots.includes(kept) ? 0 : 1)
          }
          expect(await engine.movie('edited').verify()).toMatchObject({ isClean: true })
          await engine.close()
        },
      ),
      { numRuns: rounds(10, 150) },
    )
  })
})
