import { setMaxListeners } from 'node:events'

const followers = new WeakMap<AbortSignal, AbortSignal>()

/**
 * A signal that aborts with the given one, the same for all who ask: any number of runs may listen to it without a
 * warning. Each `AbortSignal.any` leaves something at its source for as long as that lives.
 */
export function followedSignal(source: AbortSignal): AbortSignal {
  let follower = followers.get(source)
  if (follower === undefined) {
    follower = AbortSignal.any([source])
    setMaxListeners(0, follower)
    followers.set(source, follower)
  }
  return follower
}
