import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What needs no thread, process, server or built package, and takes seconds. */
const UNIT = [
  /^(architecture|blueprint|cli|coordinator|diagnostics|model|plan|probe|providers|rehearsal|storage|workers)\//,
  /^engine\/(config|provider)\//,
  /^bench\/statistics|^docs\/(blueprint-doc|errors|forge|index|mentions|pages|storage-format)/,
  /^property\/(json-by-hand|mailbox|packed-|value-columns)/,
]
/** Below the folders of those, but with one of these things, or long. */
const NOT_UNIT = [
  /^workers\/(session|thread)\/|^workers\/attempt\/(shortage-gate|failure\/(job-error|thrown-response))/,
  /^storage\/(lease\/lease|local\/folder\/local-folders|blob\/pack\/pack-damage)/,
  /^probe\/(measure\/level-plan|report\/probe-page)/,
  /^providers\/(ai\/ai|command|fal|http|module|ai-batch|openai-batch|replicate|kit\/remote|kit\/fetch|[\w-]+-page)/,
  /^coordinator\/limits\/(refusals|health\/outage)/,
  /^engine\/provider\/code-changes/,
]

/** The tests of `npm run test:unit`, as paths below the repository's folder; all others are in the project `whole`. */
export function unitTests(): string[] {
  return readdirSync(fileURLToPath(new URL('../', import.meta.url)), { recursive: true, encoding: 'utf8' })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => path.endsWith('.test.ts'))
    .filter(path => UNIT.some(one => one.test(path)) && !NOT_UNIT.some(one => one.test(path)))
    .map(path => `test/${path}`)
}
