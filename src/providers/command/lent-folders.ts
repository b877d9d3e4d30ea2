import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Empty folders for programs to work in. One that is empty when it comes back is lent again, so that programs
 * which leave no files cost no folder each.
 */
export class LentFolders {
  #root: string | undefined
  #madeCount = 0
  readonly #free: string[] = []

  lend(): string {
    const free = this.#free.pop()
    if (free !== undefined) return free
    this.#root ??= mkdtempSync(join(tmpdir(), 'showrunner-'))
    const folder = join(this.#root, String(++this.#madeCount))
    mkdirSync(folder)
    return folder
  }

  /** Says that somebody has removed a folder; the next ones are made in a new place. */
  hasLost(folder: string): boolean {
    if (existsSync(folder)) return false
    if (this.#root !== undefined && !existsSync(this.#root)) this.#root = undefined
    this.#free.length = 0
    return true
  }

  takeBack(folder: string): void {
    if (isEmpty(folder)) this.#free.push(folder)
    // What cannot be removed now goes with the root, at the end.
    else rm(folder, { recursive: true, force: true }).catch(() => {})
  }

  removeAll(): void {
    try {
      if (this.#root !== undefined) rmSync(this.#root, { recursive: true, force: true })
    } catch {
      // Programs may have taken the right to remove their files from us.
    }
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0
  } catch {
    return false
  }
}
