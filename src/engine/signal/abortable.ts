import { untilAborted } from '../../model/until-aborted.js'

/** The same items, until the signal is aborted: then it throws the signal's reason at once, whatever is being read. */
export async function* abortable<Item>(
  source: AsyncIterable<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, undefined> {
  if (signal === undefined) {
    yield* source
    return
  }
  const iterator = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await untilAborted(iterator.next(), signal)
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not awaited: a read that hangs must not keep the caller.
    iterator.return?.().catch(() => {})
  }
}
