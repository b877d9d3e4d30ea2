import { signal } from '@preact/signals'
import type { JobData } from '../../../src/ui/page-jobs.ts'
import type { PageState } from '../data/page-state.ts'

const PAGE_SIZE = 50
const PAGES_KEPT = 60
/** Pages that are asked for at once. */
const PAGES_ASKED = 4

/** The jobs that a view shows now, of as many as there are: pages come when they are looked at. */
export class JobWindow {
  readonly count = signal(0)
  /** Changes whenever rows have come. */
  readonly version = signal(0)
  readonly error = signal<string | undefined>(undefined)
  readonly #state: PageState
  readonly #pages = new Map<number, { readonly jobs: readonly JobData[]; readonly key: string }>()
  readonly #asked = new Map<number, string>()
  #key = ''
  #isKnown = false

  constructor(state: PageState) {
    this.#state = state
  }

  /** Rows were counted at least once. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  /** Undefined as long as it is not there. */
  at(row: number): JobData | undefined {
    return this.#pages.get(Math.floor(row / PAGE_SIZE))?.jobs[row % PAGE_SIZE]
  }

  /** Says which rows are shown. What is old stays until what is new is there. */
  show(first: number, last: number): void {
    const { movie, at, filter, newest } = this.#state
    const scope = JSON.stringify([movie.value, at.value, filter.value])
    if (!this.#key.startsWith(scope)) {
      this.#pages.clear()
      this.#isKnown = false
    }
    this.#key = `${scope}${at.value === undefined ? newest.value?.allChanges : ''}`
    const missing: number[] = []
    for (
      let page = Math.floor(first / PAGE_SIZE);
      page <= Math.floor(Math.max(first, last) / PAGE_SIZE);
      page++
    )
      if (this.#pages.get(page)?.key !== this.#key && this.#asked.get(page) !== this.#key) missing.push(page)
    for (let at = 0; at < missing.length; at += PAGES_ASKED)
      void this.#load(missing.slice(at, at + PAGES_ASKED), this.#key)
  }

  /** @param pages in order: those between the first and the last come as well */
  async #load(pages: readonly number[], key: string): Promise<void> {
    const { movie, at, filter, api } = this.#state
    if (movie.value === undefined) return
    const first = pages[0]!
    for (const page of pages) this.#asked.set(page, key)
    try {
      const { jobs, count } = await api.jobs({
        movie: movie.value,
        offset: first * PAGE_SIZE,
        limit: (pages.at(-1)! - first + 1) * PAGE_SIZE,
        ...filter.value,
        ...(at.value !== undefined && { at: at.value }),
      })
      if (scopeOf(key) !== scopeOf(this.#key)) return
      for (const page of pages) {
        const from = (page - first) * PAGE_SIZE
        this.#pages.set(page, { jobs: jobs.slice(from, from + PAGE_SIZE), key })
      }
      while (this.#pages.size > PAGES_KEPT) this.#pages.delete(this.#pages.keys().next().value!)
      this.#isKnown = true
      this.error.value = undefined
      this.count.value = count
      this.version.value++
    } catch (error) {
      this.error.value = error instanceof Error ? error.message : String(error)
    } finally {
      for (const page of pages) if (this.#asked.get(page) === key) this.#asked.delete(page)
    }
  }
}

const scopeOf = (key: string): string => key.slice(0, key.lastIndexOf(']') + 1)
