import { ShowrunnerError } from '../../model/error/error.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'

/** @throws ShowrunnerError `NOT_DISTRIBUTABLE` when a provider is a function of this program, which no host has */
export function requireDistributable({ bindings }: Pick<PreparedPlan, 'bindings'>): void {
  for (const { producer, provider } of bindings) {
    if (provider.source.type !== 'inline') continue
    throw new ShowrunnerError(
      'NOT_DISTRIBUTABLE',
      `Provider "${producer.provider}" of producer "${producer.name}" is a function of this program, which no other host has. Put it into a module and name that in the config, or run without a queue.`,
      { details: { provider: producer.provider, producer: producer.name } },
    )
  }
}
