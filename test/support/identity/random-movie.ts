import fc from 'fast-check'

/*
 * Random blueprints over a table whose rows have lists, and random edits of the table, of the blueprint, and of what was
 * made. Small names and few texts, so that jobs meet again and again.
 */

export interface Item {
  readonly id: string
  readonly text: string
  readonly isIn: boolean
}
interface Row extends Item {
  readonly items: readonly Item[]
}

/** What a user has written, at one time. */
export interface Written {
  readonly rows: readonly Row[]
  readonly tone: string
  /** By producer: its version, and whether it has a second output. */
  readonly settings: readonly { readonly version: string; readonly hasSecond: boolean }[]
}

export interface Read {
  /** Place of the producer that is read, among those before. */
  readonly from: number
  readonly isOptional: boolean
  /** All elements of its innermost loop, also where one would do. */
  readonly isWide: boolean
  /** The one before, instead of the same. */
  readonly isNeighbour: boolean
}

export interface Producer {
  /** 0: no loop, 1: over rows, 2: over the items of rows. */
  readonly level: 0 | 1 | 2
  readonly reads: readonly Read[]
  /** It does not read its own element: its jobs are variants of each other. */
  readonly isVariant: boolean
  readonly hasCondition: boolean
}

export interface Shape {
  readonly isKeyed: boolean
  /** The lists of items are inputs, or made by a job for each row. */
  readonly isMade: boolean
  readonly schedule: 'layers' | 'dataflow'
  readonly producers: readonly Producer[]
}

/** What a user does before a run; numbers are taken modulo what there is. */
export type Action =
  | {
      readonly type: 'insert' | 'delete' | 'double' | 'rename'
      readonly in: number | undefined
      readonly at: number
    }
  | { readonly type: 'move'; readonly in: number | undefined; readonly at: number; readonly to: number }
  | { readonly type: 'text'; readonly in: number | undefined; readonly at: number; readonly text: string }
  | { readonly type: 'condition'; readonly in: number | undefined; readonly at: number }
  | { readonly type: 'tone' | 'version'; readonly at: number; readonly text: string }
  | { readonly type: 'output'; readonly at: number }
  | { readonly type: 'undo' }
  | { readonly type: 'edit' | 'pin' | 'unpin'; readonly at: number }

export interface Step {
  readonly actions: readonly Action[]
  readonly isReopened: boolean
}

const text: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c')
const place = fc.nat(20)
const list = fc.option(fc.nat(3), { nil: undefined })
const condition = fc.integer({ min: 0, max: 3 }).map(number => number > 0)

export const firstRows = fc.array(
  fc.record({
    text,
    isIn: condition,
    items: fc.array(fc.record({ text, isIn: condition }), { maxLength: 3 }),
  }),
  { maxLength: 3 },
)

export const shape: fc.Arbitrary<Shape> = fc.record({
  isKeyed: fc.boolean(),
  isMade: fc.boolean(),
  schedule: fc.constantFrom('layers' as const, 'dataflow' as const),
  producers: fc.array(
    fc.record({
      level: fc.constantFrom(0 as const, 1 as const, 1 as const, 2 as const, 2 as const),
      reads: fc.array(
        fc.record({ from: place, isOptional: fc.boolean(), isWide: fc.boolean(), isNeighbour: fc.boolean() }),
        { maxLength: 2 },
      ),
      isVariant: fc.integer({ min: 0, max: 4 }).map(number => number === 0),
      hasCondition: fc.integer({ min: 0, max: 3 }).map(number => number === 0),
    }),
    { minLength: 1, maxLength: 5 },
  ),
})

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    type: fc.constantFrom('insert' as const, 'delete' as const, 'double' as const, 'rename' as const),
    in: list,
    at: place,
  }),
  fc.record({ type: fc.constant('move' as const), in: list, at: place, to: place }),
  fc.record({ type: fc.constant('text' as const), in: list, at: place, text }),
  fc.record({ type: fc.constant('condition' as const), in: list, at: place }),
  fc.record({ type: fc.constantFrom('tone' as const, 'version' as const), at: place, text }),
  fc.record({ type: fc.constant('output' as const), at: place }),
  fc.record({ type: fc.constant('undo' as const) }),
  fc.record({ type: fc.constantFrom('edit' as const, 'pin' as const, 'unpin' as const), at: place }),
)

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ actions: fc.array(action, { minLength: 1, maxLength: 2 }), isReopened: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
)

let nextId = 0
const freshId = (prefix: string): string => `${prefix}${nextId++}`

export function written(
  rows: readonly { text: string; isIn: boolean; items: readonly { text: string; isIn: boolean }[] }[],
  { producers }: Shape,
): Written {
  return {
    rows: rows.map(row => ({
      ...row,
      id: freshId('r'),
      items: row.items.map(item => ({ ...item, id: freshId('i') })),
    })),
    tone: 'a',
    settings: producers.map(() => ({ version: 'a', hasSecond: false })),
  }
}

/** What the user has written after an action that is about it. */
export function rewritten(before: Written, action: Action): Written {
  const { rows, settings } = before
  switch (action.type) {
    case 'tone':
      return { ...before, tone: action.text }
    case 'version':
    case 'output': {
      const at = action.at % settings.length
      const own = settings[at]!
      const next =
        action.type === 'version' ? { ...own, version: action.text } : { ...own, hasSecond: !own.hasSecond }
      return { ...before, settings: settings.with(at, next) }
    }
    case 'undo':
    case 'edit':
    case 'pin':
    case 'unpin':
      return before
  }
  if (action.in === undefined || rows.length === 0)
    return {
      ...before,
      rows: edited(rows, action, () => ({ id: freshId('r'), text: 'b', isIn: true, items: [] })),
    }
  const at = action.in % rows.length
  const row = rows[at]!
  const items = edited(row.items, action, () => ({ id: freshId('i'), text: 'b', isIn: true }))
  return { ...before, rows: rows.with(at, { ...row, items }) }
}

type ListAction = Extract<Action, { readonly in: number | undefined }>

function edited<Element extends Item>(
  elements: readonly Element[],
  action: ListAction,
  fresh: () => Element,
): readonly Element[] {
  const next = [...elements]
  if (action.type === 'insert') next.splice(action.at % (elements.length + 1), 0, fresh())
  if (elements.length === 0) return next
  const at = action.at % elements.length
  const element = elements[at]!
  switch (action.type) {
    case 'delete':
      next.splice(at, 1)
      break
    case 'double':
      next.splice(at, 0, { ...element, id: freshId('d') })
      break
    case 'rename':
      next[at] = { ...element, id: freshId('n') }
      break
    case 'move':
      next.splice(action.to % elements.length, 0, ...next.splice(at, 1))
      break
    case 'text':
      next[at] = { ...element, text: action.text }
      break
    case 'condition':
      next[at] = { ...element, isIn: !element.isIn }
      break
  }
  return next
}
