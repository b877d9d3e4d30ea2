import type { z } from 'zod'
import type { JsonObject } from '../model/json.js'
import { ProviderError } from '../model/provider-error.js'

/** All jobs of a producer share one config object, so it is checked once. */
const checked = new WeakMap<JsonObject, unknown>()

/** The config of a built-in provider, checked. @throws ProviderError `invalid` with every mistake */
export function providerConfig<Schema extends z.ZodType>(
  provider: string,
  schema: Schema,
  config: JsonObject,
): z.infer<Schema> {
  const known = checked.get(config)
  if (known !== undefined) return known as z.infer<Schema>
  const parsed = schema.safeParse(config)
  if (!parsed.success) {
    const mistakes = parsed.error.issues.flatMap(issue => mistakesOf(issue, ['config']))
    throw new ProviderError('invalid', `Provider ${provider}: ${mistakes.join('; ')}`, { isOfSetup: true })
  }
  checked.set(config, parsed.data)
  return parsed.data
}

type Issue = z.core.$ZodIssue

/** Of alternatives, none of which fits, the one counts that fits furthest; equal ones are all named. */
function mistakesOf(issue: Issue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0)
    return [`${path.map(String).join('.')}: ${issue.message}`]
  const depthOf = (issues: readonly Issue[]) => Math.max(0, ...issues.map(each => each.path.length))
  const furthest = Math.max(...issue.errors.map(depthOf))
  const meant = issue.errors.filter(issues => depthOf(issues) === furthest)
  return [meant.map(issues => issues.flatMap(each => mistakesOf(each, path)).join('; ')).join(', or ')]
}
