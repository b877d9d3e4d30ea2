import { batch, computed, signal } from '@preact/signals'
import type { MovieData, StoreData } from '../../../src/ui/page-data.ts'
import { Notices } from './notices.ts'
import type { Action, ActionResult, Connection, Filter, PageApi } from './page-api.ts'

export const VIEWS = [
  'jobs',
  'failures',
  'gallery',
  'timeline',
  'graph',
  'runs',
  'review',
  'compare',
] as const
export type View = (typeof VIEWS)[number]

/** A run that has just begun has no movie yet: an empty store is looked at again after so long. */
const EMPTY_STORE_PAUSE_MS = 1_000

/** Everything that the page shows, and what it was asked to show. */
export class PageState {
  readonly api: PageApi
  readonly store = signal<StoreData | undefined>(undefined)
  readonly movie = signal<string | undefined>(undefined)
  /** The newest that is known. */
  readonly newest = signal<MovieData | undefined>(undefined)
  /** A moment of the past, in changes; undefined: now. */
  readonly at = signal<number | undefined>(undefined)
  readonly past = signal<MovieData | undefined>(undefined)
  readonly connection = signal<Connection>('open')
  readonly error = signal<string | undefined>(undefined)
  readonly view = signal<View>('jobs')
  readonly filter = signal<Filter>({})
  /** The two moments that are compared, in changes; without the second, now. */
  readonly compared = signal<{ readonly from: number; readonly to?: number } | undefined>(undefined)
  /** Of the job whose own view is open. */
  readonly job = signal<number | undefined>(undefined)
  readonly notices = new Notices()
  /** How the movie stands at the moment that is looked at. */
  readonly data = computed(() => (this.at.value === undefined ? this.newest.value : this.past.value))
  #unfollow: (() => void) | undefined

  constructor(api: PageApi) {
    this.api = api
  }

  async start(address: URLSearchParams): Promise<void> {
    this.#read(address)
    await this.refreshStore()
    const { movies = [] } = this.store.value ?? {}
    const first = this.movie.value ?? movies[0]
    if (first !== undefined) this.open(first)
    else setTimeout(() => void this.start(address), EMPTY_STORE_PAUSE_MS)
  }

  async refreshStore(): Promise<void> {
    await this.#try(async () => {
      this.store.value = await this.api.store()
    })
  }

  open(movie: string): void {
    this.#unfollow?.()
    batch(() => {
      if (this.movie.value !== movie) {
        this.filter.value = {}
        this.compared.value = undefined
        this.job.value = undefined
      }
      this.movie.value = movie
      this.newest.value = undefined
      this.at.value = undefined
      this.past.value = undefined
      this.error.value = undefined
    })
    this.#unfollow = this.api.follow(
      movie,
      data => {
        this.newest.value = data
        this.error.value = data.error
      },
      connection => {
        this.connection.value = connection
      },
    )
  }

  /** Looks at a moment of the past, or at now. */
  async goTo(at: number | undefined): Promise<void> {
    const movie = this.movie.value
    if (movie === undefined) return
    if (at === undefined || at >= (this.newest.value?.allChanges ?? 0)) {
      this.at.value = undefined
      return
    }
    await this.#try(async () => {
      const past = await this.api.movie(movie, at)
      batch(() => {
        this.past.value = past
        this.at.value = at
      })
    })
  }

  /** Whether something can be changed: the past cannot. */
  get canChange(): boolean {
    return this.api.act !== undefined && this.at.value === undefined && this.connection.value !== 'ended'
  }

  /** Changes the movie, and says what became of it. @returns whether it was done */
  async act(action: Action, body: object, done: (result: ActionResult) => string): Promise<boolean> {
    const movie = this.movie.value
    if (movie === undefined || this.api.act === undefined) return false
    try {
      this.notices.say(done(await this.api.act(movie, action, body)))
      return true
    } catch (error) {
      this.notices.warn(error instanceof Error ? error.message : String(error))
      return false
    }
  }

  /** Shows two moments side by side. */
  compare(from: number, to: number): void {
    batch(() => {
      this.compared.value = to >= (this.newest.value?.allChanges ?? 0) ? { from } : { from, to }
      this.view.value = 'compare'
    })
  }

  show(view: View, filter: Filter = this.filter.value): void {
    batch(() => {
      this.view.value = view
      this.filter.value = filter
    })
  }

  /** What is shown, for the address bar: the page can be opened there again. */
  address(): string {
    const { producer, state, reason, text, from, to, sort } = this.filter.value
    const values = {
      movie: this.movie.value,
      view: this.view.value,
      producer,
      state,
      reason,
      text,
      from,
      to,
      sort,
      job: this.job.value,
    }
    const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
    return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
  }

  #read(address: URLSearchParams): void {
    const text = (name: string) => address.get(name) ?? undefined
    const number = (name: string) => (text(name) === undefined ? undefined : Number(text(name)))
    const view = VIEWS.find(one => one === text('view'))
    const filter = {
      producer: text('producer'),
      state: text('state'),
      reason: number('reason'),
      text: text('text'),
      from: number('from'),
      to: number('to'),
      sort: text('sort'),
    }
    this.movie.value = text('movie')
    if (view) this.view.value = view
    this.filter.value = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
    this.job.value = number('job')
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.error.value = error instanceof Error ? error.message : String(error)
    }
  }
}
