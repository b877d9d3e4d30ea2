import { signal } from '@preact/signals'

const SHOWN_MS = 7_000

export interface Notice {
  readonly id: number
  readonly text: string
  readonly isBad: boolean
}

/** What the page has to say of what was done: what went well goes by itself, what did not stays. */
export class Notices {
  readonly list = signal<readonly Notice[]>([])
  #next = 0

  say(text: string): void {
    const id = this.#add(text, false)
    setTimeout(() => this.dismiss(id), SHOWN_MS)
  }

  warn(text: string): void {
    this.#add(text, true)
  }

  dismiss(id: number): void {
    this.list.value = this.list.value.filter(notice => notice.id !== id)
  }

  #add(text: string, isBad: boolean): number {
    const id = this.#next++
    this.list.value = [
      ...this.list.value.filter(notice => notice.text !== text).slice(-3),
      { id, text, isBad },
    ]
    return id
  }
}
