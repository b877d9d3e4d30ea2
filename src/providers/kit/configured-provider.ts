import type { z } from 'zod'
import type {
  ProduceContext,
  ProduceRequest,
  ProduceResult,
  Provider,
} from '../../model/provider/provider.js'
import { providerConfig } from './provider-config.js'
import { type SettingsLook, settingsMistakes } from './settings-mistakes.js'

/** A provider with the schema of its config. */
export interface ConfiguredProvider<Schema extends z.ZodType = z.ZodType> extends Provider {
  readonly configSchema: Schema
}

export interface ConfiguredWork<Config> {
  /** What is looked at in a config of the right shape when a run is planned. */
  readonly look?: SettingsLook<Config>
  produce(
    config: Config,
    request: ProduceRequest,
    context: ProduceContext,
  ): Promise<ProduceResult> | ProduceResult
}

/** A built-in provider: its config is checked by a schema when a run is planned, and again before a job's work. */
export function configuredProvider<Schema extends z.ZodType>(
  name: string,
  configSchema: Schema,
  { look, produce }: ConfiguredWork<z.infer<Schema>>,
): ConfiguredProvider<Schema> {
  return {
    configSchema,
    check: request => settingsMistakes(configSchema, request, look),
    produce: async (request, context) =>
      await produce(providerConfig(name, configSchema, request.config), request, context),
  }
}
