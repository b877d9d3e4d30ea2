import { computed, signal } from '@preact/signals'
import type { JudgedState, ReviewData } from '../../../src/ui/page-reviews.ts'
import type { PageState } from '../data/page-state.ts'

/** Decisions of the same moment are sent together: recording one takes as long as recording many. */
const SENDING_PAUSE_MS = 120
/** Items that are held; the rest comes when these are judged. */
const ITEMS_LIMIT = 2_000

interface Decision {
  readonly item: ReviewData
  readonly decision: 'approve' | 'reject'
  readonly note?: string
}

/** What is to be judged, where the eyes are, and what was decided here. */
export class ReviewList {
  readonly items = signal<readonly ReviewData[]>([])
  readonly count = signal(0)
  readonly shown = signal<JudgedState | undefined>('waiting')
  readonly isKnown = signal(false)
  readonly at = signal(0)
  readonly chosen = signal<ReadonlySet<string>>(new Set())
  /** It is seen as large as the window: decisions are about it alone. */
  readonly isZoomed = signal(false)
  readonly current = computed(() => this.items.value[this.at.value])
  readonly #state: PageState
  /** By artifact, what was decided here and is on its way, or recorded. */
  readonly #decided = new Map<string, ReviewData>()
  #queue: Decision[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = 0
  #isSending = false

  constructor(state: PageState) {
    this.#state = state
  }

  /** Reads the list again; what was judged here stays in its place until another list is asked for. */
  async read(isAnother: boolean): Promise<void> {
    const movie = this.#state.movie.value
    if (movie === undefined) return
    const asked = ++this.#asked
    const found: ReviewData[] = []
    let count = 0
    do {
      const page = await this.#state.api.reviews(movie, this.shown.value, found.length)
      if (asked !== this.#asked) return
      found.push(...page.items)
      count = page.count
      if (page.items.length === 0) break
    } while (found.length < Math.min(count, ITEMS_LIMIT))
    if (isAnother) {
      this.#decided.clear()
      this.chosen.value = new Set()
      this.at.value = 0
    }
    const known = new Set(found.map(keyOf))
    const judged = isAnother
      ? []
      : this.items.value.filter(item => !known.has(keyOf(item)) && this.#decided.has(keyOf(item)))
    const kept = new Map(judged.map(item => [keyOf(item), item]))
    const before = isAnother
      ? []
      : this.items.value.filter(item => known.has(keyOf(item)) || kept.has(keyOf(item)))
    const places = new Set(before.map(keyOf))
    const fresh = new Map(found.map(item => [keyOf(item), item]))
    this.items.value = [
      ...before.map(item => this.#decided.get(keyOf(item)) ?? fresh.get(keyOf(item)) ?? item),
      ...found.filter(item => !places.has(keyOf(item))),
    ]
    this.count.value = count
    this.isKnown.value = true
  }

  move(to: number): void {
    this.at.value = Math.max(0, Math.min(this.items.value.length - 1, to))
  }

  /** The next one that still waits, or the one beside. */
  next(): void {
    const items = this.items.value
    const later = items.findIndex((item, at) => at > this.at.value && item.state === 'waiting')
    const first = items.findIndex(item => item.state === 'waiting')
    this.move(later !== -1 ? later : first !== -1 ? first : this.at.value + 1)
  }

  choose(at: number, isChosen?: boolean): void {
    const item = this.items.value[at]
    if (item === undefined) return
    const chosen = new Set(this.chosen.value)
    const key = keyOf(item)
    if (isChosen ?? !chosen.has(key)) chosen.add(key)
    else chosen.delete(key)
    this.chosen.value = chosen
  }

  chooseAll(): void {
    const waiting = this.items.value.filter(({ state }) => state === 'waiting')
    this.chosen.value = new Set(this.chosen.value.size > 0 ? [] : waiting.map(keyOf))
  }

  /** Those that are chosen, or else the one that is looked at. */
  get subjects(): readonly ReviewData[] {
    const isChosen = (item: ReviewData) => !this.isZoomed.value && this.chosen.value.has(keyOf(item))
    const chosen = this.items.value.filter(isChosen)
    const { value: current } = this.current
    return chosen.length > 0 ? chosen : current ? [current] : []
  }

  decide(decision: 'approve' | 'reject', note = ''): void {
    const subjects = this.subjects
    const state = decision === 'approve' ? 'approved' : 'rejected'
    for (const item of subjects) {
      const { note: _, ...rest } = item
      this.#decided.set(keyOf(item), { ...rest, state, ...(note && { note }) })
      this.#queue.push({ item, decision, ...(note && { note }) })
    }
    this.items.value = this.items.value.map(item => this.#decided.get(keyOf(item)) ?? item)
    if (!this.isZoomed.value) this.chosen.value = new Set()
    if (subjects.length > 0) this.next()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#sendAll(), SENDING_PAUSE_MS)
  }

  /** One after the other: while decisions are recorded, the movie is held. */
  async #sendAll(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    while (this.#queue.length > 0) await this.#send()
    this.#isSending = false
  }

  async #send(): Promise<void> {
    const queue = this.#queue
    this.#queue = []
    const latest = new Map(queue.map(one => [keyOf(one.item), one]))
    const decisions = [...latest.values()].map(({ item, decision, note }) => ({
      artifact: item.artifact,
      hash: item.hash,
      decision,
      ...(note !== undefined && { note }),
    }))
    let refused: readonly { readonly artifactId: string; readonly message: string }[] = []
    const isDone = await this.#state.act(
      'review',
      { decisions, replace: true },
      ({ recorded = 0, waiting = 0, conflicts = [] }) => {
        refused = conflicts
        return `${recorded === 1 ? '1 decision is' : `${recorded} decisions are`} recorded. ${waiting} wait.`
      },
    )
    const lost = isDone
      ? new Set(refused.map(({ artifactId }) => artifactId.replace(/^Producer:/, '')))
      : undefined
    for (const { item } of queue)
      if (lost === undefined || lost.has(item.artifact)) {
        this.#decided.delete(keyOf(item))
        this.items.value = this.items.value.map(one => (keyOf(one) === keyOf(item) ? item : one))
      }
    for (const { message } of refused.slice(0, 3)) this.#state.notices.warn(message)
  }
}

export const keyOf = ({ artifact, hash }: ReviewData): string => `${artifact} ${hash}`
