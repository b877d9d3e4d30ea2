/** Jobs whose notes are kept, those that said something last. */
const JOBS_KEPT = 2_000
/** Lines of one job, the last ones. */
const LINES_KEPT = 20

/** Something that a provider has said of a job, and when. */
export interface DatedNote extends ProviderNote {
  /** Milliseconds since 1970. */
  readonly atMs: number
}

interface ProviderNote {
  /** Between 0 and 1; absent for a log line. */
  readonly fraction?: number
  /** There for a log line. */
  readonly level?: string
  readonly note?: string
}

/** What providers have said of the jobs of the engine's own runs, as far as it is worth keeping. */
export class RecentNotes {
  readonly #byJob = new Map<string, DatedNote[]>()

  add(movie: string, { jobId, ...note }: ProviderNote & { readonly jobId: string }, atMs: number): void {
    const key = `${movie}/${jobId}`
    const known = this.#byJob.get(key) ?? []
    this.#byJob.delete(key)
    this.#byJob.set(key, known)
    // How far a job is counts only until it is farther.
    if (note.fraction !== undefined && known.at(-1)?.fraction !== undefined) known.pop()
    known.push({ ...note, atMs })
    if (known.length > LINES_KEPT) known.shift()
    if (this.#byJob.size > JOBS_KEPT) this.#byJob.delete(this.#byJob.keys().next().value!)
  }

  /** Oldest first. */
  of(movie: string, jobId: string): readonly DatedNote[] {
    return this.#byJob.get(`${movie}/${jobId}`) ?? []
  }
}
