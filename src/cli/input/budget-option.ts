import { type BudgetRequest, ShowrunnerError } from '../../index.js'
import { amountOf } from '../declare/amount.js'

/**
 * `20usd`, `$20`, `20`, and `images=5usd` for one provider.
 * @param name of the option, for messages
 * @throws ShowrunnerError `USAGE_INVALID`
 */
export function budgetOf(options: readonly string[] | undefined, name: string): BudgetRequest | undefined {
  if (options === undefined) return undefined
  let total: number | undefined
  const providers: Record<string, number> = {}
  for (const option of options) {
    const split = option.lastIndexOf('=')
    if (split === -1) total = dollarsOf(option, name, option)
    else providers[option.slice(0, split)] = dollarsOf(option.slice(split + 1), name, option)
  }
  return { ...(total !== undefined && { total }), ...(Object.keys(providers).length > 0 && { providers }) }
}

function dollarsOf(text: string, name: string, option: string): number {
  const amount = amountOf(text)
  if (amount !== undefined) return amount
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `${name} "${option}" is not an amount. Write it as 20usd, or as images=5usd for one provider.`,
  )
}
