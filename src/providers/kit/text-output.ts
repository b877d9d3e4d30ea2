import { isExactNumber, parseJson } from '../../model/json/parse-json.js'
import type { JsonValue } from '../../model/json.js'
import { decodeText } from '../../model/media/decode-text.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { cut } from '../../model/text/shown-value.js'

/** Reads a text as a value of an output's type; texts of MIME outputs stay texts. */
export function textOutput(output: string, type: string, text: string): JsonValue {
  switch (type) {
    case 'json':
      return parsed(output, text)
    case 'number': {
      const number = Number(text)
      if (text.trim() === '' || !Number.isFinite(number)) throw notA('a number', output, text)
      if (!isExactNumber(text))
        throw notA('a number of at most ±(2^53 − 1); a longer one needs type text', output, text)
      return number
    }
    case 'boolean': {
      const word = text.trim()
      if (word !== 'true' && word !== 'false') throw notA('true or false', output, text)
      return word === 'true'
    }
    default:
      return text
  }
}

/** The text of an output's bytes. @throws ProviderError `bug` when they are none */
export function textOfBytes(output: string, bytes: Uint8Array, charset?: string): string {
  try {
    return decodeText(bytes, charset)
  } catch (cause) {
    throw new ProviderError(
      'bug',
      `Output "${output}" is not ${charset ?? 'UTF-8'} text. For other bytes give the output a MIME type.`,
      { cause, answer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') },
    )
  }
}

function parsed(output: string, text: string): JsonValue {
  try {
    return parseJson(text)
  } catch (cause) {
    throw new ProviderError('bug', `Output "${output}" is not JSON: ${(cause as Error).message}`, {
      cause,
      answer: text,
    })
  }
}

function notA(expected: string, output: string, text: string): ProviderError {
  return new ProviderError(
    'bug',
    `Output "${output}" must be ${expected}, but it is ${JSON.stringify(cut(text, 80))}.`,
    { answer: text },
  )
}
