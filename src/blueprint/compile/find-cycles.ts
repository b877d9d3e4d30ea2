import type { Path } from '../../diagnostics/place.js'
import type { ArtifactReference } from '../blueprint.js'

/** `consumer` reads `reference.producer`. */
export interface Dependency {
  readonly consumer: string
  readonly reference: ArtifactReference
  /** Where the reference stands. */
  readonly path: Path
  readonly offset: number
}

/**
 * Looks for producers whose jobs would wait for each other for ever, and gives each such circle once, as the
 * dependencies along it.
 *
 * A circle of producers is fine where a loop puts its jobs in order: every reference in it says where it
 * looks along that loop (`[page]`, `[page-1]`), all look the same way, and those that look at the same index
 * make no circle by themselves. This is the test for a loop that carries a dependence (Allen and Kennedy
 * 1987); it is safe, and refuses only circles that look both ways along every loop.
 */
export function findCycles(dependencies: readonly Dependency[]): Dependency[][] {
  return innerDependencies(dependencies).flatMap(inner => {
    const level = levelOfAnOrder(inner)
    return level === undefined ? [shortestCycle(inner)] : findCycles(level)
  })
}

/** The dependencies that look at the same index along the first loop that orders the others. */
function levelOfAnOrder(inner: readonly Dependency[]): Dependency[] | undefined {
  const loops = new Set(
    inner[0]!.reference.selectors.flatMap(selector => (selector.type === 'loop' ? [selector.loop] : [])),
  )
  for (const loop of loops) {
    const signs = inner.map(({ reference }) => {
      const selector = reference.selectors.find(each => each.type === 'loop' && each.loop === loop)
      return selector?.type === 'loop' ? Math.sign(selector.offset) : undefined
    })
    for (const way of [-1, 1]) {
      const isOrdered = signs.includes(way) && signs.every(sign => sign === way || sign === 0)
      if (isOrdered) return inner.filter((_, at) => signs[at] === 0)
    }
  }
  return undefined
}

/** The dependencies inside each strongly connected component that has any (Tarjan 1972). */
function innerDependencies(dependencies: readonly Dependency[]): Dependency[][] {
  const outgoing = new Map<string, Set<string>>()
  for (const { consumer, reference } of dependencies) {
    outgoing.set(consumer, (outgoing.get(consumer) ?? new Set()).add(reference.producer))
    if (!outgoing.has(reference.producer)) outgoing.set(reference.producer, new Set())
  }
  const lows = new Map<string, number>()
  const stack: string[] = []
  const componentOf = new Map<string, number>()
  let componentCount = 0
  for (const name of outgoing.keys()) if (!lows.has(name)) visit(name)
  const groups = Array.from({ length: componentCount }, (): Dependency[] => [])
  for (const dependency of dependencies) {
    const component = componentOf.get(dependency.consumer)!
    if (component === componentOf.get(dependency.reference.producer)) groups[component]!.push(dependency)
  }
  return groups.filter(group => group.length > 0)

  /** Recurses at most as deep as there are producers, which is bounded. */
  function visit(name: string): void {
    const number = lows.size
    lows.set(name, number)
    stack.push(name)
    for (const next of outgoing.get(name)!) {
      if (!lows.has(next)) visit(next)
      if (!componentOf.has(next)) lows.set(name, Math.min(lows.get(name)!, lows.get(next)!))
    }
    if (lows.get(name) !== number) return
    for (let member = ''; member !== name; ) {
      member = stack.pop()!
      componentOf.set(member, componentCount)
    }
    componentCount++
  }
}

/** A shortest way from the first consumer back to itself; one exists, as the dependencies are one component. */
function shortestCycle(inner: readonly Dependency[]): Dependency[] {
  const start = inner[0]!.consumer
  const byConsumer = new Map<string, Dependency[]>()
  for (const dependency of inner) {
    const own = byConsumer.get(dependency.consumer)
    if (own) own.push(dependency)
    else byConsumer.set(dependency.consumer, [dependency])
  }
  const ways = new Map<string, Dependency[]>()
  let names = [start]
  while (names.length > 0) {
    const next: string[] = []
    for (const name of names) {
      for (const dependency of byConsumer.get(name)!) {
        const way = [...(ways.get(name) ?? []), dependency]
        const { producer } = dependency.reference
        if (producer === start) return way
        if (ways.has(producer)) continue
        ways.set(producer, way)
        next.push(producer)
      }
    }
    names = next
  }
  return [inner[0]!]
}
