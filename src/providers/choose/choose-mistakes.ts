import type { SettingsMistake, SettingsRequest } from '../../model/provider/settings-check.js'
import { ABOUT_THE_CHOICE, type ChooseConfig } from './choose-config.js'

const INPUTS = ['from', 'scores', 'pick']

/** What is wrong with the inputs, the outputs and the config of `choose` when a run is planned. */
export function chooseMistakes(config: ChooseConfig, request: SettingsRequest): SettingsMistake[] {
  return [...inputMistakes(request), ...outputMistakes(request), ...configMistakes(config, request)]
}

function inputMistakes({ inputs }: SettingsRequest): SettingsMistake[] {
  const unknown = inputs.filter(name => !INPUTS.includes(name))
  if (unknown.length > 0) {
    return unknown.map(name => ({
      path: [],
      message: `"${name}" under "with" is none of ${INPUTS.join(', ')}.`,
      unknown: { what: 'input', name, known: INPUTS },
    }))
  }
  const mistakes: SettingsMistake[] = []
  if (!inputs.includes('from')) mistakes.push(whole('"with" needs "from": the list of candidates.'))
  const isScored = inputs.includes('scores')
  const isPicked = inputs.includes('pick')
  if (!isScored && !isPicked)
    mistakes.push(
      whole('"with" needs "scores", a list of numbers, or "pick", the number that a judge gives.'),
    )
  if (isScored && isPicked)
    mistakes.push(whole('"with" has both "scores" and "pick". Give one of them, which decides.'))
  return mistakes
}

function outputMistakes({ inputs, outputs }: SettingsRequest): SettingsMistake[] {
  const mistakes: SettingsMistake[] = []
  const takers = Object.keys(outputs).filter(name => !ABOUT_THE_CHOICE.includes(name))
  if (takers.length === 0)
    mistakes.push(whole('No output takes the candidate. Add one of its type, such as "Text: text".'))
  if (takers.length > 1) {
    // Most likely one of them is misspelt.
    const message = `The outputs ${takers.join(', ')} would all take the candidate. Keep one; beside it there may be ${ABOUT_THE_CHOICE.join(' and ')}.`
    mistakes.push(whole(message))
  }
  for (const [name, { type, isList }] of Object.entries(outputs)) {
    if (isList) mistakes.push(whole(`Output "${name}" is spread over a loop. "choose" makes one value.`))
    if (ABOUT_THE_CHOICE.includes(name) && type !== 'number')
      mistakes.push(whole(`Output "${name}" says how it was chosen, and has the type number, not ${type}.`))
  }
  if (Object.hasOwn(outputs, 'Score') && inputs.includes('pick') && !inputs.includes('scores'))
    mistakes.push(whole('Output "Score" needs "scores" under "with"; a pick has none.'))
  return mistakes
}

function configMistakes(config: ChooseConfig, { inputs }: SettingsRequest): SettingsMistake[] {
  if (inputs.includes('pick') && !inputs.includes('scores')) {
    return Object.keys(config).map(key => ({ path: [key], message: 'It is for "scores"; a pick has none.' }))
  }
  const [limit, instead] =
    config.order === 'lowest' ? (['atLeast', 'atMost'] as const) : (['atMost', 'atLeast'] as const)
  if (config[limit] === undefined) return []
  const order = config.order ?? 'highest'
  return [{ path: [limit], message: `With the order "${order}" the limit is "${instead}".` }]
}

const whole = (message: string): SettingsMistake => ({ path: [], message })
