import type { Pipe } from '../../../src/workers/fleet/broker/broker.js'
import { MemoryBroker } from '../../../src/workers/fleet/broker/memory-broker.js'

/** A broker that says when frames leave the pipe of the hosts. */
export class TrimmedBroker extends MemoryBroker {
  #onForgotten = () => {}

  async forgotten(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#onForgotten = resolve
    })
  }

  override pipe(name: string): Pipe {
    const pipe = super.pipe(name)
    if (!name.endsWith('/up')) return pipe
    return {
      send: frame => pipe.send(frame),
      read: (take, signal) => pipe.read(take, signal),
      remove: () => pipe.remove(),
      forget: async upTo => {
        await pipe.forget(upTo)
        this.#onForgotten()
      },
    }
  }
}
