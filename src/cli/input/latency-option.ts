import { DURATION, durationMs } from '../../blueprint/duration.js'
import { readTextFile } from '../../engine/config/read-text-file.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { type Latency, latencySchema } from '../../model/provider/latency.js'

const FILE_LIMIT_BYTES = 1024 * 1024

/** `images=800ms`, or `images=@latency.json` with a distribution in it. @throws ShowrunnerError `USAGE_INVALID` */
export async function latencies(options: readonly string[]): Promise<Record<string, Latency>> {
  const found: Record<string, Latency> = {}
  for (const option of options) {
    const split = option.indexOf('=')
    const provider = option.slice(0, split)
    const text = option.slice(split + 1)
    if (split < 1) throw invalid(option)
    if (text.startsWith('@')) found[provider] = await fromFile(text.slice(1), option)
    else if (DURATION.test(text)) found[provider] = durationMs(text)
    else throw invalid(option)
  }
  return found
}

async function fromFile(path: string, option: string): Promise<Latency> {
  let value: unknown
  try {
    value = JSON.parse(await readTextFile(path, FILE_LIMIT_BYTES))
  } catch (error) {
    throw new ShowrunnerError('USAGE_INVALID', `--latency ${option}: ${(error as Error).message}`)
  }
  // A file that a probe has written has more in it than the distribution.
  const own = value as { latencyMs?: unknown } | null
  const parsed = latencySchema.safeParse(
    typeof own === 'object' && own?.latencyMs !== undefined ? own.latencyMs : value,
  )
  if (parsed.success) return parsed.data
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `--latency ${option}: ${path} has no latency as "simulate" takes it.`,
  )
}

const invalid = (option: string) =>
  new ShowrunnerError(
    'USAGE_INVALID',
    `--latency "${option}" is not understood. Write provider=800ms, or provider=@latency.json.`,
  )
