import {
  type JsonValue,
  parseDuration,
  type RehearseRequest,
  readInputFile,
  ShowrunnerError,
} from '../../index.js'

type Latencies = NonNullable<RehearseRequest['latencyMs']>

/**
 * `images=800ms`, or `images=@latency.json` with a distribution in it, which the engine checks.
 * @throws ShowrunnerError `USAGE_INVALID`
 */
export async function latencies(options: readonly string[]): Promise<Latencies> {
  const found: Record<string, unknown> = {}
  for (const option of options) {
    const split = option.indexOf('=')
    const provider = option.slice(0, split)
    const text = option.slice(split + 1)
    const value = text.startsWith('@') ? await fromFile(text.slice(1), option) : parseDuration(text)
    if (split < 1 || value === undefined)
      throw new ShowrunnerError(
        'USAGE_INVALID',
        `--latency "${option}" is not a latency. Write provider=800ms, or provider=@latency.json.`,
      )
    found[provider] = value
  }
  return found as Latencies
}

/** A file that a probe has written has more in it than the distribution. */
async function fromFile(path: string, option: string): Promise<JsonValue> {
  const value = await readInputFile(path).catch(error => {
    throw new ShowrunnerError('USAGE_INVALID', `--latency ${option}: ${(error as Error).message}`)
  })
  if (typeof value === 'object' && value !== null && 'latencyMs' in value) return value.latencyMs!
  if (typeof value === 'object' || typeof value === 'number') return value as JsonValue
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `--latency ${option}: ${path} holds no latency. Give a .json file as "probe --output" writes it.`,
  )
}
