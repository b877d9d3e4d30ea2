import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'

/** File descriptors that a thread keeps for what must not fail: storing what was paid for. */
const RESERVE_FILES = 8

const reserve: number[] = []
let waiting = 0
const listeners = new Set<(isShort: boolean) => void>()

/** Opens this thread's reserve, as far as the system gives it. */
export function keepReserve(): void {
  try {
    while (reserve.length < RESERVE_FILES) reserve.push(openSync(devNull, 'r'))
  } catch {
    // Less has to do.
  }
}

/** True while somebody in this thread waits for a file descriptor: nobody should start what takes more of them. */
export const isShort = (): boolean => waiting > 0

/** Calls `listener` when somebody begins to wait for a descriptor, and when the last one has got it. */
export function onShortage(listener: (isShort: boolean) => void): void {
  listeners.add(listener)
}

/** While `act` waits for descriptors, the reserve is free for all who do. */
export async function withReserve<Result>(act: () => Promise<Result>): Promise<Result> {
  if (++waiting === 1) {
    const mustRefill = reserve.length > 0
    for (const descriptor of reserve.splice(0)) closeSync(descriptor)
    for (const listener of listeners) listener(true)
    if (mustRefill) refill()
  }
  try {
    return await act()
  } finally {
    if (--waiting === 0) for (const listener of listeners) listener(false)
  }
}

const REFILL_MS = 1_000

/** Later, when nobody waits any more. */
function refill(): void {
  setTimeout(() => {
    if (waiting > 0) refill()
    else keepReserve()
  }, REFILL_MS).unref()
}
