import { evolve } from '../../../src/coordinator/state/evolve.js'
import { ShowrunnerError } from '../../../src/model/error/error.js'
import type { MovieEvent } from '../../../src/model/movie/event.js'
import { MovieState } from '../../../src/model/movie/movie-state.js'
import type { Plan } from '../../../src/plan/plan.js'
import type { LogWriter } from '../../../src/storage/store.js'
import type { SimulatedProcess } from './simulated-process.js'

/** A movie's log: whoever opens it fences those out that wrote before. */
export class SharedLog {
  readonly events: MovieEvent[] = []
  /** Of whoever may write. */
  token = 0
  /** When it was opened last. */
  openedAtMs = 0

  open(process: SimulatedProcess, appendMs: () => number): LogWriter {
    const token = ++this.token
    this.openedAtMs = process.clock.monotonicMs()
    this.events.push({
      type: 'writer.opened',
      token,
      holder: String(token),
      timestamp: process.clock.timestamp(),
    })
    const position = { seq: 0, offset: 0, token }
    return {
      token,
      position,
      append: async events => {
        // As it was when it was given, whatever becomes of it.
        const lines = events.map(event => JSON.stringify(event))
        await process.wait(appendMs())
        if (token !== this.token) throw new ShowrunnerError('WRITER_FENCED', 'Another one writes.')
        for (const line of lines) this.events.push(JSON.parse(line) as MovieEvent)
        await process.wait(appendMs())
        return position
      },
      close: async () => {},
    }
  }

  /** What a new process knows after reading the log. */
  recover(plan: Plan): MovieState {
    const movie = new MovieState(plan.createSlots())
    for (const event of this.events) evolve(movie, event)
    return movie
  }
}
