import { expect, test } from 'vitest'
import { FleetSession } from '../../../../src/workers/fleet/fleet-session.js'
import { EarlierSessions } from '../../../../src/workers/fleet/recovery/earlier-sessions.js'
import { Salvage } from '../../../../src/workers/fleet/recovery/salvage.js'
import type { FrameLink } from '../../../../src/workers/fleet/wire/frame-link.js'
import type { FromHost } from '../../../../src/workers/fleet/wire/host-messages.js'

const HOLDING: FromHost = { type: 'holding', works: [[3, 1, 'Producer:Picture[3]\nhash\n0']] }

/** A session that was called, and what reads its messages. */
function called() {
  const salvage = new Salvage()
  let receive = (_: FromHost) => {}
  const frames = { post: () => {}, forgetSent: () => {} } as unknown as FrameLink
  const earlier = new EarlierSessions({
    salvage,
    open: (name, take) => {
      receive = take
      return new FleetSession(name, frames, 0)
    },
    deliver: () => {},
    again: () => {},
    onAnswered: () => {},
    onGone: () => {},
  })
  earlier.call('host/session')
  return { salvage, earlier, receive }
}

test('what a session holds is kept until it leaves', () => {
  const { salvage, earlier, receive } = called()
  receive(HOLDING)
  expect(earlier.isKnown).toBe(true)
  expect(salvage.isEmpty).toBe(false)
  receive({ type: 'left' })
  expect(salvage.isEmpty).toBe(true)
})

test('a session that answers after its farewell holds nothing: its jobs would wait for ever', () => {
  const { salvage, earlier, receive } = called()
  receive({ type: 'left' })
  receive(HOLDING)
  expect(earlier.isKnown).toBe(true)
  expect(salvage.isEmpty).toBe(true)
})
