import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import pTimeout from 'p-timeout'
import type {
  CheckContext,
  CheckFindings,
  CheckFunction,
  CheckRequest,
} from '../../../model/check/check-module.js'
import { TIMER_LIMIT_MS } from '../../../model/clock.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { kindOf } from '../output/output-check.js'

/** Where a check's module is found, and how long it may take. */
export interface CheckCall {
  /** As the blueprint has it. */
  readonly file: string
  readonly baseFolder: string
  readonly timeoutMs: number
}

const loaded = new Map<string, Promise<CheckFunction>>()

/**
 * Asks a check's module what is wrong with an answer.
 * @throws ProviderError `bug` when it does not load, throws or returns anything else
 */
export async function callCheckModule(
  { file, baseFolder, timeoutMs }: CheckCall,
  request: CheckRequest,
  context: CheckContext,
): Promise<readonly string[]> {
  try {
    const check = await load(pathToFileURL(resolve(baseFolder, file)).href)
    const milliseconds = Math.min(timeoutMs, TIMER_LIMIT_MS)
    const message = `no answer within ${milliseconds} ms`
    const findings = await pTimeout(Promise.resolve(check(request, context)), { milliseconds, message })
    return reasonsOf(findings)
  } catch (error) {
    throw new ProviderError('bug', `The check ${file} failed: ${(error as Error).message}`, { cause: error })
  }
}

function load(specifier: string): Promise<CheckFunction> {
  let loading = loaded.get(specifier)
  if (loading === undefined) {
    loading = import(specifier).then(module => {
      const check = module.default ?? module.check
      if (typeof check === 'function') return check as CheckFunction
      throw new Error(`its default export must be a function, and is ${kindOf(check)}.`)
    })
    loaded.set(specifier, loading)
    loading.catch(() => loaded.delete(specifier))
  }
  return loading
}

function reasonsOf(findings: CheckFindings): readonly string[] {
  if (findings === undefined || findings === null || findings === true) return []
  if (findings === false) return ['The check does not accept it.']
  if (typeof findings === 'string') return findings === '' ? [] : [findings]
  if (Array.isArray(findings) && findings.every(reason => typeof reason === 'string')) return findings
  throw new Error(
    `it must return what is wrong, as a text or a list of texts, and returned ${kindOf(findings)}.`,
  )
}
