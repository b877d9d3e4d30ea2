import type { MistakeBook } from '../../diagnostics/mistake-book.js'

/** Where providers are configured, so that a mistake in one of them is reported with its line. */
export interface ConfigSource {
  /** Empty; finds places in the file by paths such as `['providers', 'writer', 'config', 'temperature']`. */
  mistakeBook(): MistakeBook
}
