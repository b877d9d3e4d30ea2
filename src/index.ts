export type { BudgetProgress, BudgetScope } from './coordinator/admission/budget.js'
export type { OutageProgress } from './coordinator/admission/health/run-health.js'
export type { LaneProgress } from './coordinator/admission/lane-limits.js'
export type { Schedule } from './coordinator/run-options.js'
export type { BudgetOptions, BudgetRequest } from './engine/budget-request.js'
export type { CopyResult } from './engine/copy-movie.js'
export type { Engine } from './engine/engine.js'
export type { EngineOptions } from './engine/engine-options.js'
export type { ProducerEstimate, RunEstimate } from './engine/estimate/estimate-run.js'
export type { EstimateBasis, JobEstimate } from './engine/estimate/job-estimate.js'
export type { FailedJob, FailureGroup } from './engine/failures/failure-groups.js'
export type { GcOptions, GcResult } from './engine/gc-movie.js'
export type { EditedContent, EditOptions } from './engine/keep-artifact.js'
export type { MovieArtifact, MovieStatus, PendingJob } from './engine/movie-status.js'
export { openEngine } from './engine/open-engine.js'
export type { MoviePreview } from './engine/preview-movie.js'
export {
  type InlineProvider,
  inline,
  type ModuleProvider,
  type ProviderEntry,
  type ProviderSettings,
} from './engine/provider-entries.js'
export type { ModelSettings, ProviderLimits } from './engine/provider-limits.js'
export type {
  BlueprintSource,
  EventsOptions,
  PlanRequest,
  RehearseRequest,
  RunRequest,
} from './engine/requests.js'
export type {
  JobNote,
  JobUpdate,
  ProducerProgress,
  Run,
  RunEvents,
  RunProgress,
  RunStart,
} from './engine/run.js'
export type { RunResult } from './engine/run-result.js'
export type { RowPlace } from './engine/run-shape/run-shape.js'
export type { Verification } from './engine/verify-movie.js'
export {
  type ErrorCode,
  isShowrunnerError,
  ManifestConflictError,
  MovieBusyError,
  ShowrunnerError,
  UnresolvedAppendError,
  WriterFencedError,
} from './model/error.js'
export type {
  ArtifactMade,
  BlobRef,
  JobError,
  JobErrorCode,
  LoggedEvent,
  MovieEvent,
  ReuseSource,
  RunCounts,
  RunStatus,
  SkipReason,
  StopReason,
} from './model/event.js'
export type { ArtifactId, BlobHash, JobId, MovieId, RunId } from './model/id.js'
export type { JsonObject, JsonValue } from './model/json.js'
export type { ArtifactRecord, RunRecord } from './model/manifest.js'
export type {
  CheckpointOptions,
  InputValue,
  LogLevel,
  OutputBytes,
  OutputRequest,
  OutputValue,
  ProduceContext,
  ProduceFunction,
  ProduceRequest,
  ProduceResult,
  Provider,
} from './model/provider.js'
export { ProviderError, type ProviderErrorCode, type ProviderErrorOptions } from './model/provider-error.js'
export type { HeaderSource } from './model/rate-limit.js'
export type { SettingsMistake, SettingsRequest } from './model/settings-check.js'
export { BlueprintError, type Mistake } from './plan/blueprint/blueprint-error.js'
export type { BlueprintDefinition } from './plan/blueprint/blueprint-schema.js'
export { defineBlueprint } from './plan/blueprint/define-blueprint.js'
export { InputError } from './plan/inputs/input-error.js'
export type { Preview, PreviewRow } from './plan/preview.js'
export { describeReason, type RunReason, type Verdict } from './plan/verdict.js'
export type { ProbeEstimate } from './probe/probe-cost.js'
export { probePage } from './probe/probe-page.js'
export { probeProvider } from './probe/probe-provider.js'
export type { ProbeReport } from './probe/probe-report.js'
export type { ProbeProgress, ProbeRequest } from './probe/probe-request.js'
export type { Bottleneck, ProviderUse, Rehearsal } from './rehearsal/rehearse-run.js'
export type { Finding } from './storage/store.js'
export type { Durability } from './storage/store-options.js'
