import type { MovieEvent } from '../../model/movie/event.js'
import type { Effect } from '../effect.js'
import type { LiveRun } from '../live-run.js'
import { applyToRun } from './apply-to-run.js'
import type { Moment } from './moment.js'

/** Gathers what one message leads to. Every event is applied as it is recorded: the next decision builds on it. */
export class Recorder {
  readonly events: MovieEvent[] = []
  readonly effects: Effect[] = []
  readonly run: LiveRun
  readonly moment: Moment

  constructor(run: LiveRun, moment: Moment) {
    this.run = run
    this.moment = moment
  }

  record(event: MovieEvent): void {
    applyToRun(this.run, event)
    this.events.push(event)
  }

  perform(effect: Effect): void {
    this.effects.push(effect)
  }
}
