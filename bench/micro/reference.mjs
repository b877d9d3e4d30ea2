import { parseReference } from '../../dist/blueprint/reference/parse-reference.js'

const REFERENCES = [
  '${inputs.story}',
  '${index.page}',
  '${Script.Title}',
  '${Script.Pages[page].scene}',
  '${Picture[page-1].Image?}',
  '${Picture[*].Image}',
]
const SHAPE =
  /^\$\{(?<name>\w+)(?<brackets>(?:\[[^\]]+\])*)(?:\.(?<output>\w+)(?<path>[^?}]*))?(?<optional>\?)?\}$/

/** References read, with their brackets, paths and places of mistakes. */
export const reference = () => ({
  name: 'reference: parse',
  count: REFERENCES.length,
  against: 'one regular expression that only cuts them up',
  ours() {
    for (const text of REFERENCES) parseReference(text)
  },
  theirs() {
    for (const text of REFERENCES) SHAPE.exec(text)
  },
})
