import { ProviderError } from '../model/provider-error.js'

/** A file that a service had made is not there any more: only a new job can make it again. */
export class FileGoneError extends ProviderError {
  constructor(message: string) {
    super('overloaded', message)
  }
}
