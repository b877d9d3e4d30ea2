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

/** The same result, or the signal's reason when it is aborted before. What is under way goes on unheard. */
export async function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return await work
  return await new Promise<Result>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    const end = () => signal.removeEventListener('abort', abort)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(end)
  })
}
