import { Mailbox } from '../../dist/coordinator/mailbox.js'

const COUNT = 1_000
const message = { type: 'job.settled' }

/** Messages offered and taken again. */
export function mailbox() {
  const box = new Mailbox()
  /** @type {unknown[]} */
  const list = []
  return {
    name: 'mailbox: offer and take',
    count: COUNT,
    against: 'an array: push and splice',
    ours() {
      for (let index = 0; index < COUNT; index++) box.offer(message, 300)
      while (box.size > 0) box.takeNow()
    },
    theirs() {
      for (let index = 0; index < COUNT; index++) list.push(message)
      list.splice(0)
    },
  }
}
