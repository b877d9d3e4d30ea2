/**
 * A sequential test whether a share has risen from one value to another: the logarithm of the likelihood ratio,
 * summed up and never below zero (Wald 1945; as CUSUM: Page 1954). It is sure when the sum reaches `sureAt`.
 */
export class ShareTest {
  readonly #sureAt: number
  #sum = 0

  constructor(sureAt: number) {
    this.#sureAt = sureAt
  }

  /** Nothing speaks for the higher share. */
  get isQuiet(): boolean {
    return this.#sum === 0
  }

  reset(): void {
    this.#sum = 0
  }

  /** @returns true when the share is `risen` and not `usual` */
  observe(isHit: boolean, usual: number, risen: number): boolean {
    this.#sum = Math.max(0, this.#sum + likelihoodRatio(isHit, usual, risen))
    return this.#sum >= this.#sureAt
  }
}

/** Logarithm of the ratio: how much more likely this observation is with the second share. */
export const likelihoodRatio = (isHit: boolean, share: number, other: number): number =>
  isHit ? Math.log(other / share) : Math.log((1 - other) / (1 - share))
