/** What tests wait for, looked at whenever something has changed. */
export class Conditions {
  readonly #checks = new Set<() => void>()

  /** Something has changed. */
  readonly look = (): void => {
    for (const check of this.#checks) check()
  }

  /** Resolves when this holds, now or later. */
  async until(holds: () => boolean): Promise<void> {
    await this.found(() => holds() || undefined)
  }

  /** Resolves with what this finds, now or later. */
  async found<Found>(find: () => Found | undefined): Promise<Found> {
    return await new Promise(resolve => {
      const check = () => {
        const found = find()
        if (found === undefined) return
        this.#checks.delete(check)
        resolve(found)
      }
      this.#checks.add(check)
      check()
    })
  }
}
