import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

interface Line {
  readonly w: number
  readonly type: string
  readonly token?: number
  readonly jobId?: string
}

/** The log of a movie on this disk, read as it grows. */
export class LogFile {
  readonly #path: string
  readonly #counts = new Map<string, number>()
  #rest = ''
  #offset = 0
  #token = 0
  #lineCount = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Lines that count: those of a writer that was superseded do not. */
  get lineCount(): number {
    this.#read()
    return this.#lineCount
  }

  /** How many events of this type it has of a job, or of all. */
  count(type: string, jobId = ''): number {
    this.#read()
    return this.#counts.get(`${type} ${jobId}`) ?? 0
  }

  /** Resolves when something is in it, or the signal is aborted. */
  async has(holds: (log: LogFile) => boolean, signal?: AbortSignal): Promise<void> {
    // A file tells nobody that it grows, on every system.
    while (!signal?.aborted && !holds(this)) await sleep(2)
  }

  #read(): void {
    if (!existsSync(this.#path)) return
    const file = openSync(this.#path, 'r')
    const chunk = Buffer.alloc(1 << 20)
    for (;;) {
      const size = readSync(file, chunk, 0, chunk.byteLength, this.#offset)
      if (size === 0) break
      this.#offset += size
      // One byte a character: lines are cut at newlines only, and what is read of them is ASCII.
      const lines = (this.#rest + chunk.toString('latin1', 0, size)).split('\n')
      this.#rest = lines.pop()!
      for (const line of lines) this.#take(line)
    }
    closeSync(file)
  }

  #take(text: string): void {
    let line: Line
    try {
      line = JSON.parse(text) as Line
    } catch {
      // A torn line of a process that was killed.
      return
    }
    if (line.w < this.#token) return
    if (line.type === 'writer.opened') this.#token = line.token!
    this.#lineCount++
    for (const jobId of new Set(['', line.jobId ?? ''])) {
      const key = `${line.type} ${jobId}`
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    }
  }
}
