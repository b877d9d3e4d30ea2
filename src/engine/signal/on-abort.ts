import { setMaxListeners } from 'node:events'

const followers = new WeakMap<AbortSignal, AbortSignal>()

/**
 * A signal that aborts with the given one, the same for all who ask: any number of runs may listen to it without a
 * warning. Each `AbortSignal.any` leaves something at its source for as long as that lives.
 */
function followedSignal(source: AbortSignal): AbortSignal {
  let follower = followers.get(source)
  if (follower === undefined) {
    follower = AbortSignal.any([source])
    setMaxListeners(0, follower)
    followers.set(source, follower)
  }
  return follower
}

/**
 * Calls `listener` when the signal is aborted, at once when it is already. Dispose of what it returns to take the
 * listener off again.
 */
export function onAbort(source: AbortSignal | undefined, listener: () => void): Disposable {
  const signal = source && followedSignal(source)
  if (signal?.aborted) listener()
  else signal?.addEventListener('abort', listener, { once: true })
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', listener) }
}
