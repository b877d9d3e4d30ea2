import { type ProbeBounds, type ProbeRequest, ShowrunnerError } from '../../index.js'
import { readInputs } from './read-inputs.js'

/** A request without its bounds. */
type Work = WithoutBounds<ProbeRequest>
type WithoutBounds<Request> = Request extends unknown ? Omit<Request, keyof ProbeBounds> : never

/** The options that say what is probed. */
interface WorkOptions {
  readonly producer?: string | undefined
  readonly input?: readonly string[] | undefined
  readonly inputs?: string | undefined
  readonly movie?: string | undefined
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly with?: readonly string[] | undefined
  readonly outputType?: string | undefined
}

/** Options that only one of the two ways to say what is probed can use. */
const OF_BLUEPRINT = { producer: '--producer', input: '-i', inputs: '--inputs', movie: '--movie' } as const

/**
 * What is probed: a blueprint's producer, or a provider alone.
 * @throws ShowrunnerError `USAGE_INVALID` for an option that would be ignored
 */
export async function probeWork(blueprint: string | undefined, options: WorkOptions): Promise<Work> {
  const { provider, model, outputType } = options
  if (blueprint === undefined && provider === undefined)
    throw unusable(
      'Say what to probe: a blueprint with --producer, or --provider with what each call gets (--with).',
    )
  const given = await readInputs({ assignments: options.with ?? [] })
  if (blueprint !== undefined) {
    if (provider !== undefined)
      throw unusable(
        'A blueprint names its providers: leave --provider out to probe one of its producers (--producer), or leave the blueprint out to probe the provider alone.',
      )
    if (outputType !== undefined)
      throw unusable(
        'A producer of a blueprint has its own outputs: --output-type is for --provider. Leave it out.',
      )
    const inputs = await readInputs({
      assignments: options.input ?? [],
      ...(options.inputs !== undefined && { inputsFile: options.inputs }),
    })
    return { blueprint, producer: options.producer, inputs, movieId: options.movie, model, with: given }
  }
  const ignored = Object.entries(OF_BLUEPRINT).find(([name]) => options[name as keyof WorkOptions])
  if (ignored !== undefined)
    throw unusable(
      `${ignored[1]} is for a blueprint, and none is given. With --provider, say what each call gets by --with name=value.`,
    )
  return { provider: provider!, model, with: given, outputType }
}

const unusable = (problem: string) => new ShowrunnerError('USAGE_INVALID', problem)
