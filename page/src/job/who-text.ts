import type { ProviderModel } from '../../../src/model/run/provider-model.ts'

/** `writer · large` */
export const whoText = ({ provider, model }: ProviderModel): string =>
  [provider, model].filter(Boolean).join(' · ')
