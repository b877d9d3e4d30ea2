import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { OutputValue } from '../../model/provider/provider.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { bestOf, pickedOf } from './choice.js'
import { ABOUT_THE_CHOICE, chooseConfigSchema } from './choose-config.js'
import { chooseMistakes } from './choose-mistakes.js'

/**
 * Chooses one of a list: by `scores` as long as the list, or by `pick`, the number from 0 that a judge has given. The
 * candidate becomes the output as it is, a file by its reference, so that no bytes are copied.
 */
const choose = configuredProvider('choose', chooseConfigSchema, {
  look: { more: chooseMistakes },
  produce(config, { inputs, outputs: requests }) {
    const { from, scores, pick } = inputs
    const { index, candidate, score } =
      scores === undefined ? pickedOf(from, pick) : bestOf(from, scores, config)
    const outputs: Record<string, OutputValue> = {}
    for (const name of Object.keys(requests)) {
      if (!ABOUT_THE_CHOICE.includes(name)) outputs[name] = candidate
      else if (name === 'Index') outputs[name] = index
      else if (score !== undefined) outputs[name] = score
      else throw new ProviderError('invalid', 'Provider choose: output "Score" needs the input "scores".')
    }
    return { outputs }
  },
})
export default choose
