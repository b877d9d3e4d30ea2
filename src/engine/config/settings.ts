import { z } from 'zod'
import { stopSchema } from '../../blueprint/stop-schema.js'
import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import { readShape, type ShapeOutput } from '../../diagnostics/read-shape.js'
import { type ProviderEntry, readProviders } from '../provider/provider-entries.js'

const sizeMb = () => z.number().positive('Expected a number above 0')

const RESOURCE_LIMITS = {
  maxOldGenerationSizeMb: sizeMb,
  maxYoungGenerationSizeMb: sizeMb,
  codeRangeSizeMb: sizeMb,
  stackSizeMb: sizeMb,
}

/** What a config file and the options of `openEngine` have in common. */
export const SETTINGS = {
  // Both have a reader of their own.
  providers: () => z.unknown(),
  resourceLimits: () => z.unknown(),
  store: () => z.string().min(1),
  cache: () => z.string().min(1),
  concurrency: () => z.int().min(1),
  stop: () => stopSchema,
  queue: () => z.string().regex(/^rediss?:\/\//, 'Expected redis://host:6379 or rediss://host:6379'),
  threads: () => z.int().min(1).max(1024),
}

/** The settings of a config file, checked. */
export interface Settings extends Omit<ShapeOutput<typeof SETTINGS>, 'providers' | 'resourceLimits'> {
  readonly providers: Readonly<Record<string, ProviderEntry>>
  readonly resourceLimits?: ShapeOutput<typeof RESOURCE_LIMITS> | undefined
}

/** Checks the content of a config file; an empty one has no settings. Mistakes go to `book`. */
export function readSettings(book: MistakeBook, content: unknown): Settings {
  const { providers, resourceLimits, ...settings } = readShape(book, content ?? {}, [], SETTINGS)
  return {
    ...settings,
    providers: readProviders(book, providers ?? {}, ['providers']),
    ...(resourceLimits !== undefined && { resourceLimits: readResourceLimits(book, resourceLimits) }),
  }
}

export const readResourceLimits = (book: MistakeBook, value: unknown) =>
  readShape(book, value, ['resourceLimits'], RESOURCE_LIMITS)
