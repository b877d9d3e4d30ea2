import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'

/** Whether this process could open so many files now. */
export function canOpen(count: number): boolean {
  const opened: number[] = []
  try {
    while (opened.length < count) opened.push(openSync(devNull, 'r'))
    return true
  } catch {
    return false
  } finally {
    for (const descriptor of opened) closeSync(descriptor)
  }
}
