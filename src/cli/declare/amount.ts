const AMOUNT = /^\$?(\d+(?:\.\d+)?|\.\d+)\s*(usd|\$)?$/i

/** Dollars of `5usd`, `$5` or `5`; undefined of anything else. */
export function amountOf(text: string): number | undefined {
  const amount = AMOUNT.exec(text.trim())?.[1]
  return amount === undefined ? undefined : Number(amount)
}
