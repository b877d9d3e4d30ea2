import type { BlueprintDefinition, Engine } from '../../../dist/index.js'

export const ROW_COUNT: number
export const batchWork: BlueprintDefinition
export function openBatchEngine(
  store: string,
  baseUrl: string,
  options?: { threads?: number; model?: string },
): Promise<Engine>
