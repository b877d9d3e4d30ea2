import type { JsonObject } from '../json.js'

/** What a provider charges for one job, in US dollars. Parts that are not there cost nothing. */
export interface Price {
  readonly perCall?: number | undefined
  readonly perMillionInputTokens?: number | undefined
  readonly perMillionOutputTokens?: number | undefined
  readonly perMillionCharacters?: number | undefined
  readonly perImage?: number | undefined
  /** Of compute, audio or video, as the provider counts in `usage.seconds`. */
  readonly perSecond?: number | undefined
  /** The most that one job can cost: what a budget keeps aside for it. Needed where nothing else bounds it. */
  readonly maxPerJob?: number | undefined
}

/** What a job asks for, as far as it is known before it runs. */
export interface Demand {
  readonly images: number
  /** Bytes of the texts and JSON it sends. */
  readonly inputBytes: number
  /** Files among the inputs. */
  readonly inputFiles: number
  /** `config.maxOutputTokens` */
  readonly maxOutputTokens: number | undefined
}

const MILLION = 1_000_000
/** No tokenizer makes more tokens than this of text in bulk; a typical one makes one of three or four bytes. */
const BYTES_PER_TOKEN_AT_LEAST = 2
const BYTES_PER_TOKEN = 4
/** An image among the inputs of a language model. */
const TOKENS_PER_FILE = 3_000
/** Where no limit of the output is configured. */
const TYPICAL_OUTPUT_TOKENS = 500

const USAGE_KEYS = {
  inputTokens: 'perMillionInputTokens',
  outputTokens: 'perMillionOutputTokens',
  characters: 'perMillionCharacters',
  seconds: 'perSecond',
} as const

/** The cost of a job that succeeded; undefined when the provider has not counted what the price asks for. */
export function costOf(price: Price, usage: JsonObject | undefined, madeImages: number): number | undefined {
  let costUsd = (price.perCall ?? 0) + (price.perImage ?? 0) * (amountOf(usage, 'images') ?? madeImages)
  for (const [key, part] of Object.entries(USAGE_KEYS)) {
    const rate = price[part]
    if (rate === undefined || rate === 0) continue
    const amount = amountOf(usage, key)
    if (amount === undefined) return undefined
    costUsd += key === 'seconds' ? rate * amount : (rate * amount) / MILLION
  }
  return Number.isFinite(costUsd) ? costUsd : undefined
}

/** The most a job can cost; undefined when nothing bounds it. */
export function maxCostOf(price: Price, demand: Demand): number | undefined {
  if (price.maxPerJob !== undefined) return price.maxPerJob
  if (price.perSecond) return undefined
  if (price.perMillionOutputTokens && demand.maxOutputTokens === undefined) return undefined
  const inputTokens = demand.inputBytes / BYTES_PER_TOKEN_AT_LEAST + demand.inputFiles * TOKENS_PER_FILE
  return fixedCost(price, demand) + tokenCost(price, inputTokens, demand.maxOutputTokens ?? 0)
}

/** What a job will probably cost; undefined when that depends on how long it takes. */
export function likelyCostOf(price: Price, demand: Demand): number | undefined {
  if (price.perSecond) return price.maxPerJob
  const { maxOutputTokens = TYPICAL_OUTPUT_TOKENS } = demand
  const outputTokens = Math.min(maxOutputTokens, TYPICAL_OUTPUT_TOKENS)
  return fixedCost(price, demand) + tokenCost(price, inputTokensOf(demand), outputTokens)
}

/** Tokens that a job will probably use, both ways. */
export const likelyTokensOf = (demand: Demand): number =>
  inputTokensOf(demand) + Math.min(demand.maxOutputTokens ?? TYPICAL_OUTPUT_TOKENS, TYPICAL_OUTPUT_TOKENS)

/** Tokens that were used, both ways; undefined when nobody counted. */
export function usedTokens(usage: JsonObject | undefined): number | undefined {
  const input = amountOf(usage, 'inputTokens')
  const output = amountOf(usage, 'outputTokens')
  return input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0)
}

const inputTokensOf = ({ inputBytes, inputFiles }: Demand): number =>
  inputBytes / BYTES_PER_TOKEN + inputFiles * TOKENS_PER_FILE

function fixedCost(price: Price, { images, inputBytes }: Demand): number {
  const { perCall = 0, perImage = 0, perMillionCharacters = 0 } = price
  return perCall + perImage * images + (perMillionCharacters * inputBytes) / MILLION
}

function tokenCost(price: Price, inputTokens: number, outputTokens: number): number {
  const { perMillionInputTokens = 0, perMillionOutputTokens = 0 } = price
  return (perMillionInputTokens * inputTokens + perMillionOutputTokens * outputTokens) / MILLION
}

const amountOf = (usage: JsonObject | undefined, key: string): number | undefined => countOf(usage?.[key])

/** What `usage` counts, by the names that it has for all providers. */
export const COUNTS = [
  ...Object.keys(USAGE_KEYS),
  'cachedInputTokens',
  'reasoningTokens',
  'images',
] as readonly string[]

/** The counts among values; what is none is left out. */
export function countsOf(values: Readonly<Record<string, unknown>>): Record<string, number> {
  const counts = Object.entries(values).map(([name, value]) => [name, countOf(value)] as const)
  return Object.fromEntries(counts.filter((entry): entry is [string, number] => entry[1] !== undefined))
}

/** A count as services give it: a number, or its digits in a text. Undefined for what can be none. */
export function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value
  return typeof count === 'number' && count >= 0 && count <= Number.MAX_SAFE_INTEGER ? count : undefined
}

/** Sums of floating-point prices, to a millionth of a cent. */
export function roundCost(dollars: number): number {
  const rounded = Math.round(dollars * 1e8) / 1e8
  return Number.isFinite(rounded) ? rounded : Math.min(dollars, Number.MAX_VALUE)
}

/** The same of amounts by name; undefined when there are none. */
export function roundedCosts(dollars: ReadonlyMap<string, number>): Record<string, number> | undefined {
  if (dollars.size === 0) return undefined
  return Object.fromEntries([...dollars].map(([name, amount]) => [name, roundCost(amount)]))
}
