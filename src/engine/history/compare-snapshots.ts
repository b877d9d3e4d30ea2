import { parseAddress } from '../../model/artifact-address.js'
import { type ArtifactId, jobOf, producerOf } from '../../model/id.js'
import { IdNumbers } from '../../model/movie/id-numbers.js'
import { roundCost } from '../../model/provider/price.js'
import type { ArtifactChange, ChangeKind, MovieDiff, ProducerDiff } from './movie-diff.js'
import type { MovieSnapshot } from './movie-snapshot.js'

/** Of each kind, a producer. */
const EXAMPLES_SHOWN = 5

type Tally = { -readonly [Key in keyof ProducerDiff]: ProducerDiff[Key] } & { examples: ArtifactChange[] }

/** What differs between two moments. Pure. */
export function compareSnapshots(
  before: MovieSnapshot,
  after: MovieSnapshot,
): Pick<MovieDiff, 'counts' | 'calls' | 'costUsd' | 'producers' | 'changes'> {
  const comparison = new Comparison(before, after)
  const tallies = new Map<string, Tally>()
  const tallyOf = (producer: string): Tally => {
    let tally = tallies.get(producer)
    if (tally === undefined) {
      const calls = (after.calls.get(producer) ?? 0) - (before.calls.get(producer) ?? 0)
      const costUsd = (after.costsUsd.get(producer) ?? 0) - (before.costsUsd.get(producer) ?? 0)
      tally = { producer, ...NONE, calls, costUsd: roundCost(costUsd), examples: [] }
      tallies.set(producer, tally)
    }
    return tally
  }
  const shown = new Map<string, number>()
  for (const change of comparison.all()) {
    const tally = tallyOf(producerOf(jobOf(change.artifactId)))
    tally[change.change]++
    if (change.change === 'same') continue
    const key = `${tally.producer} ${change.change}`
    const count = shown.get(key) ?? 0
    if (count < EXAMPLES_SHOWN) tally.examples.push(change as ArtifactChange)
    shown.set(key, count + 1)
  }
  for (const producer of after.calls.keys()) tallyOf(producer)
  const all = [...tallies.values()]
  const total = (key: keyof typeof NONE | 'calls') => all.reduce((sum, tally) => sum + tally[key], 0)
  return {
    counts: {
      made: total('made'),
      changed: total('changed'),
      moved: total('moved'),
      removed: total('removed'),
      same: total('same'),
    },
    calls: total('calls'),
    costUsd: roundCost(after.costUsd - before.costUsd),
    producers: all.filter(tally => tally.examples.length > 0 || tally.calls > 0 || tally.costUsd > 0),
    *changes() {
      for (const change of comparison.all()) if (change.change !== 'same') yield change as ArtifactChange
    },
  }
}

const NONE = { made: 0, changed: 0, moved: 0, removed: 0, same: 0 }

interface Compared extends Omit<ArtifactChange, 'change'> {
  readonly change: ChangeKind | 'same'
}

/** Contents that were there under another id are told apart from new ones, as often as there were some. */
class Comparison {
  readonly #before: MovieSnapshot
  readonly #after: MovieSnapshot
  /** Contents that have left their ids, by output and hash. */
  readonly #left = new IdNumbers<string>()
  readonly #leftCounts: number[] = []
  /** How many of those have come to another id. */
  readonly #arrivals: number[] = []

  constructor(before: MovieSnapshot, after: MovieSnapshot) {
    this.#before = before
    this.#after = after
    for (const { id, old, now } of this.#pairs()) {
      if (old === undefined || old === now) continue
      const number = this.#left.numberOf(contentKey(id, old))
      this.#leftCounts[number] = (this.#leftCounts[number] ?? 0) + 1
    }
    for (const { id, old, now } of this.#pairs()) {
      if (now === undefined || old === now) continue
      const number = this.#left.find(contentKey(id, now))
      if (number !== -1 && (this.#arrivals[number] ?? 0) < this.#leftCounts[number]!)
        this.#arrivals[number] = (this.#arrivals[number] ?? 0) + 1
    }
  }

  *all(): IterableIterator<Compared> {
    const toArrive = [...this.#arrivals]
    const toLeave = [...this.#arrivals]
    for (const { id, old, now } of this.#pairs()) {
      if (old === now) {
        yield { artifactId: id, change: 'same', before: old!, after: now! }
        continue
      }
      const hasLeft = old !== undefined && take(toLeave, this.#left.find(contentKey(id, old)))
      const hasArrived = now !== undefined && take(toArrive, this.#left.find(contentKey(id, now)))
      const isNew = now !== undefined && !hasArrived
      const isLost = old !== undefined && !hasLeft
      const hashes = { ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }
      if (hasArrived) yield { artifactId: id, change: 'moved', ...hashes }
      else if (isNew) yield { artifactId: id, change: isLost ? 'changed' : 'made', ...hashes }
      if (isLost && !isNew) yield { artifactId: id, change: 'removed', before: old }
    }
  }

  /** Every artifact that is there at one of the moments, with its hash at each. */
  *#pairs(): IterableIterator<{ id: ArtifactId; old: string | undefined; now: string | undefined }> {
    const [before, after] = [this.#before, this.#after]
    const isOneMovie = before.slots === after.slots
    for (let slot = 0; slot < after.slots.artifactCount; slot++) {
      const id = after.slots.artifactIdAt(slot)
      const oldSlot = isOneMovie ? slot : before.slots.knownArtifact(id)
      const now = hashAt(after, slot, id)
      const old = oldSlot === -1 ? undefined : hashAt(before, oldSlot, id)
      if (old !== undefined || now !== undefined) yield { id, old, now }
    }
    if (isOneMovie) return
    for (let slot = 0; slot < before.slots.artifactCount; slot++) {
      const id = before.slots.artifactIdAt(slot)
      if (after.slots.knownArtifact(id) !== -1) continue
      const old = hashAt(before, slot, id)
      if (old !== undefined) yield { id, old, now: undefined }
    }
  }
}

function take(counts: number[], number: number): boolean {
  const count = number === -1 ? 0 : (counts[number] ?? 0)
  if (count > 0) counts[number] = count - 1
  return count > 0
}

/** Undefined when it is not there, or when the last run had no place for it. */
function hashAt({ hashes, shape }: MovieSnapshot, slot: number, id: ArtifactId): string | undefined {
  const hash = hashes.get(slot)
  return hash === undefined || shape?.has(id) === false ? undefined : hash
}

function contentKey(id: ArtifactId, hash: string): string {
  const address = parseAddress(id)
  return address === undefined ? `${id} ${hash}` : `${address.producer}.${address.output} ${hash}`
}
