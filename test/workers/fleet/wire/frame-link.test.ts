import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Pipe } from '../../../../src/workers/fleet/broker/broker.js'
import { frameText, readFrame } from '../../../../src/workers/fleet/wire/frame.js'
import { FrameInbox } from '../../../../src/workers/fleet/wire/frame-inbox.js'
import { FrameLink } from '../../../../src/workers/fleet/wire/frame-link.js'
import { loadedFrame } from '../../../../src/workers/fleet/wire/stored-message.js'
import { seededRandom } from '../../../support/seeded.js'
import { MemoryBlobs } from '../../../support/storage/memory-blobs.js'

const head = { session: 's', token: 1, ack: 0, low: 1, again: 0 }
const data = (seq: number, more = {}) => ({ ...head, seq, messages: [seq], ...more })

describe('an inbox', () => {
  test('takes each frame once, in order, and notices what is missing', () => {
    const inbox = new FrameInbox()
    const arrivals = [1, 1, 3, 2, 3, 4].map(seq => inbox.receive(data(seq)))
    expect(arrivals).toEqual(['next', 'seen', 'gap', 'next', 'next', 'next'])
    expect(inbox.got).toBe(4)
  })

  test('learns from a beat that the last frame was lost', () => {
    const inbox = new FrameInbox()
    inbox.receive(data(1))
    expect(inbox.receive({ ...head, seq: 1 })).toBe('beat')
    expect(inbox.receive({ ...head, seq: 2 })).toBe('gap')
  })

  test('begins where the sender still has its frames, and misses those before none of it', () => {
    const inbox = new FrameInbox()
    expect(inbox.receive(data(9, { low: 7 }))).toBe('gap')
    expect(inbox.receive(data(7, { low: 7 }))).toBe('next')
  })

  test('of a sender that may be gone, takes each frame that is there once', () => {
    const inbox = new FrameInbox(false)
    const arrivals = [26, 26, 28, 27, 25, 28, 29].map(seq => inbox.receive(data(seq, { low: 25 })))
    expect(arrivals).toEqual(['early', 'seen', 'early', 'early', 'next', 'seen', 'next'])
    expect(inbox.got).toBe(29)
  })

  test('ignores a sender that was superseded', () => {
    const inbox = new FrameInbox()
    inbox.receive(data(1))
    expect(inbox.receive(data(1, { token: 2 }))).toBe('next')
    expect(inbox.receive(data(2))).toBe('outdated')
    expect(inbox.receive(data(2, { token: 2 }))).toBe('next')
  })
})

test('what is no frame is refused', () => {
  expect(readFrame(frameText({ ...head, seq: 1 }, ['{"a":1}']))).toEqual({
    ...head,
    seq: 1,
    messages: [{ a: 1 }],
  })
  for (const text of ['', 'x', '{}', '[]', '["s",1,1,0,1]', '["s",1,-1,0,1,0]', '["s",1,1,0,1,0,{}]'])
    expect(() => readFrame(text), text).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
})

/** A pipe whose frames the test delivers, loses or doubles. */
function linePipe() {
  const frames: string[] = []
  let isDown = false
  const pipe: Pipe = {
    send: async frame => {
      if (isDown) throw new Error('down')
      frames.push(frame)
    },
    read: async () => {},
    forget: async () => {},
    remove: async () => {},
  }
  return { pipe, frames, setDown: (down: boolean) => (isDown = down) }
}

function pair() {
  const [up, down] = [linePipe(), linePipe()]
  const heard: unknown[] = []
  const blobs = new MemoryBlobs()
  const common = { session: 's', token: 1, blobs }
  const sender = new FrameLink({ ...common, pipe: up.pipe, acknowledgesDelivery: true, receive: () => {} })
  const receiver = new FrameLink({
    ...common,
    pipe: down.pipe,
    acknowledgesDelivery: false,
    receive: message => heard.push(message),
  })
  return { up, down, sender, receiver, heard, blobs }
}

describe('two ends', () => {
  test.each([1, 2, 3, 4, 5])(
    'hear everything once and in order, over a line by lot (seed %i)',
    async seed => {
      const { up, down, sender, receiver, heard } = pair()
      const random = seededRandom(seed)
      const deliver = (frames: string[], to: FrameLink) => {
        const now = frames.splice(0).filter(() => random() > 0.3)
        for (const frame of now) {
          to.take(readFrame(frame))
          if (random() < 0.3) to.take(readFrame(frame))
        }
      }
      for (let message = 0; message < 50; message++) {
        sender.post(String(message))
        if (random() < 0.6) await nextTurn()
        deliver(up.frames, receiver)
        deliver(down.frames, sender)
      }
      for (let round = 0; round < 200 && heard.length < 50; round++) {
        sender.beat()
        receiver.beat()
        await nextTurn()
        deliver(up.frames, receiver)
        deliver(down.frames, sender)
      }
      expect(heard).toEqual(Array.from({ length: 50 }, (_, message) => message))
    },
  )

  test('keep what they sent until it is recorded, and not only delivered', async () => {
    const { up, down, sender, receiver } = pair()
    sender.post('1')
    await sender.sent()
    receiver.take(readFrame(up.frames[0]!))
    receiver.beat()
    sender.take(readFrame(down.frames.at(-1)!))
    expect(sender.isSettled).toBe(false)
    receiver.recorded(receiver.deliveredSeq)
    receiver.beat()
    sender.take(readFrame(down.frames.at(-1)!))
    expect(sender.isSettled).toBe(true)
  })

  test('send again with a beat what could not be sent', async () => {
    const { up, sender, receiver, heard } = pair()
    up.setDown(true)
    sender.post('1')
    await sender.sent()
    up.setDown(false)
    sender.beat()
    for (const frame of up.frames) receiver.take(readFrame(frame))
    expect(heard).toEqual([1])
  })

  test('put what is too large for a frame into the store, and keep its place', async () => {
    const { up, sender, receiver, heard, blobs } = pair()
    const large = 'x'.repeat(3 * 1024 * 1024)
    for (const message of ['first', large, 'last']) sender.post(JSON.stringify(message))
    await sender.sent()
    expect(Math.max(...up.frames.map(frame => frame.length))).toBeLessThan(1_000)
    for (const frame of up.frames) receiver.take(await loadedFrame(readFrame(frame), blobs))
    expect(heard).toEqual(['first', large, 'last'])
  })

  test('send what is too large and cannot be stored as it is', async () => {
    const { up, sender, receiver, heard, blobs } = pair()
    blobs.put = async () => {
      throw new Error('full')
    }
    const large = 'x'.repeat(3 * 1024 * 1024)
    sender.post(JSON.stringify(large))
    await sender.sent()
    for (const frame of up.frames) receiver.take(await loadedFrame(readFrame(frame), blobs))
    expect(heard).toEqual([large])
  })
})
