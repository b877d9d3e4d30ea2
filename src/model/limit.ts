/** Everything has a limit, and the limit has a name. */

/** Values up to this many bytes live in the log line; larger ones become blobs. */
export const INLINE_LIMIT_BYTES = 16 * 1024
/** The highest value of `inlineLimitBytes`. */
export const INLINE_LIMIT_MAX_BYTES = 1024 * 1024
/** Values of one job that live in log lines together; what comes after them becomes blobs, however small. */
export const JOB_INLINE_LIMIT_BYTES = 16 * 1024 * 1024
/** A text or JSON value that a provider returns; more must be a blob of a MIME type. */
export const VALUE_LIMIT_BYTES = 64 * 1024 * 1024
/** A secret that a config refers to. */
export const SECRET_LIMIT_BYTES = 64 * 1024
/** A checkpoint holds a provider's job id, not its result. */
export const CHECKPOINT_LIMIT_BYTES = 16 * 1024
export const BLUEPRINT_LIMIT_BYTES = 5 * 1024 * 1024
export const NESTING_LIMIT = 64
export const YAML_ALIAS_LIMIT = 100
/** Values in one YAML file (a blueprint, a file of inputs), after its aliases are expanded. */
export const YAML_VALUE_LIMIT = 500_000
/** Smallest pieces (a word, a colon, a line end) the YAML parser is given; it needs about 500 bytes for each. */
export const YAML_LEXEME_LIMIT = 2_000_000
/** Mistakes that one error lists; the rest is counted. */
export const MISTAKE_LIMIT = 100
/** A name of an input, loop, producer or output. */
export const NAME_LIMIT_CHARS = 64
/** A regular expression of `matches`. */
export const PATTERN_LIMIT_CHARS = 1_000
/** Jobs that a plan rehearses to say how long they will take. */
export const REHEARSED_JOB_LIMIT = 20_000
/** `priority` of a producer or a run. */
export const PRIORITY_LIMIT = 100
/** `retry.attempts` of a blueprint. */
export const RETRY_ATTEMPT_LIMIT = 100
/** Values inside one input: every cell of a table counts. */
export const INPUT_VALUE_LIMIT = 200_000_000
/** Producers in a blueprint; more jobs come from loops. */
export const PRODUCER_LIMIT = 1_000
export const PLAN_JOB_LIMIT = 10_000_000

export const DEFAULT_CONCURRENCY = 5
export const DEFAULT_ATTEMPTS = 3
export const RETRY_BASE_DELAY_MS = 500
export const RETRY_MAX_DELAY_MS = 60_000
/** A provider that asks for a longer pause than this gets this one. */
export const RETRY_AFTER_LIMIT_MS = 24 * 60 * 60_000
/** A service that asks for a longer pause than this has not meant it: another unit, or a broken clock. */
export const DELAY_ABSURD_MS = 32 * 24 * 60 * 60_000
/** How often one job may be refused by a rate limit, besides its `retry.attempts`. */
export const REFUSAL_LIMIT = 30
/** How long a run waits for a service that does not answer any more, unless the user says so. */
export const OUTAGE_WAIT_MS = 30 * 60_000
/** The same for a service that has never answered, and for one that fails a single job. */
export const OUTAGE_UNREACHED_MS = 60_000
/** Jobs that may wait at once for evidence whose fault their last failure was. */
export const PARKED_LIMIT = 10_000
/** Bytes that the jobs in flight of one engine may hold in memory. */
export const BYTES_IN_FLIGHT_LIMIT = 512 * 1024 * 1024
/** What an output of bytes is taken for until the first job of its producer has shown what it makes. */
export const ASSUMED_BLOB_BYTES = 1024 * 1024
/** Bytes of blobs that a thread reads or stores between two collections of the buffers that nobody uses any more. */
export const COLLECT_BUFFERS_BYTES = 32 * 1024 * 1024
/** How often one job may lose a thread that no other job was on before it fails. */
export const THREAD_LOSS_LIMIT = 3
/** Jobs that share a thread after they have lost one together; when they lose it again, each gets its own. */
export const QUARANTINE_GROUP_SIZE = 16
/** Time a provider has to settle after its signal was aborted. */
export const ABORT_GRACE_MS = 5_000
/** An attempt without a `timeout` of its own ends after this. */
export const DEFAULT_TIMEOUT_MS = 30 * 60_000

/** JSON that a provider returns; deeper is taken for a value that contains itself. */
export const JSON_NESTING_LIMIT = 512
/** `usage` of a result. */
export const USAGE_LIMIT_BYTES = 16 * 1024
/** A job's error message, a log line of a provider. */
export const MESSAGE_LIMIT_CHARS = 2_000

/** Different failures that a summary tells apart. */
export const FAILURE_GROUP_LIMIT = 1_000
/** Of an answer that was of no use, kept with the failure to look at. */
export const FAILED_ANSWER_LIMIT_CHARS = 16 * 1024
/** Log lines of one attempt that are passed on; the rest is dropped. */
export const ATTEMPT_LOG_LIMIT = 1_000
/** Progress of one job is passed on this often at most. */
export const PROGRESS_INTERVAL_MS = 200
/** Blobs of one job that are read or written at the same time. */
export const JOB_BLOB_CONCURRENCY = 8
/** An entry of the cache: the values of one job. */
export const CACHE_ENTRY_LIMIT_BYTES = 16 * 1024 * 1024
/** A look for an entry of the cache takes no longer; then the provider is called. */
export const CACHE_LOOK_MS = 5_000
/** Putting one result into the cache takes no longer; a run waits so long for it at its end. */
export const CACHE_KEEP_MS = 60_000
/** A cache that failed is left alone for so long. */
export const CACHE_PAUSE_MS = 30_000
/** A thread without jobs is let go after this, so that it does not keep the process alive. */
export const SESSION_LINGER_MS = 100
/** The same before its first job, and while a run goes on that has used it: jobs may be waiting for a slow append. */
export const RUN_LINGER_MS = 2_000
/** A thread that was let go ends after this when no work came. */
export const THREAD_IDLE_MS = 60_000
/** How often the pool looks for overdue attempts, at most. */
export const WATCHDOG_PERIOD_MS = 1_000
/** Time a `command` has to end after SIGTERM before its process group gets SIGKILL. */
export const PROCESS_GRACE_MS = 2_000
/** What needs a file descriptor or a process that the system does not have waits for one so long. */
export const SHORTAGE_PATIENCE_MS = 2 * 60_000
/** How often one question about a remote job is asked before the attempt fails; the job stays, to be asked again. */
export const POLL_ATTEMPTS = 8
/** How often one file that a service has made is fetched before the attempt fails. */
export const DOWNLOAD_ATTEMPTS = 6
/** Longest delay between tries of the same question or download, unless the service asks for more. */
export const REMOTE_RETRY_MAX_MS = 30_000
/** Between two questions about a remote job, at first; each delay is a quarter longer than the one before. */
export const POLL_MS = 1_000
/** The longest delay that polling grows to. */
export const POLL_MAX_MS = 10_000
/** A question about a remote job that is not answered within this is asked again. */
export const POLL_TIMEOUT_MS = 60_000
/** Answers of "no such job" in a row that are believed. */
export const MISSING_CONFIRMATIONS = 3
/** A submission that is under way at an abort may still bring the job's id within this. */
export const SUBMIT_GRACE_MS = 2_500
/** Time for telling a service that a job is not wanted any more. */
export const REMOTE_CANCEL_MS = 2_000
/** Of the body of a response that is no success. */
export const ERROR_BODY_LIMIT_BYTES = 256 * 1024
/** Redirects that a download follows. */
export const REDIRECT_LIMIT = 5
/** An input blob up to this size is sent within the request, as a data URL; a larger one is uploaded first. */
export const DATA_URL_LIMIT_BYTES = 256 * 1024
/** Longest delay a Node timer takes. */
export const TIMER_LIMIT_MS = 2 ** 31 - 1

/** One line of a log. Values above INLINE_LIMIT_BYTES are blobs, so an honest line stays far below. */
export const LOG_LINE_LIMIT_BYTES = 64 * 1024 * 1024
/** One write to a log is about so long at most; a larger batch takes several. */
export const APPEND_LIMIT_BYTES = 64 * 1024 * 1024
/** Read from a file at once; also sets how many events a reader hands over in one batch. */
export const READ_CHUNK_BYTES = 512 * 1024
/** Openers that lose the race for the next writer token try again this often. */
export const OPEN_ATTEMPT_LIMIT = 32
/** How often a follower looks for itself whether a log has grown, besides being told by the system. */
export const FOLLOW_POLL_MS = 1_000
/** Bytes of one segment of a log in an object store. */
export const SEGMENT_LIMIT_BYTES = 1024 * 1024
/** Segments follow each other at this distance at least; what comes meanwhile goes into one. */
export const SEGMENT_PACE_MS = 100
/** Segments that a reader fetches at the same time. */
export const SEGMENT_READ_CONCURRENCY = 16
/** A writer that others outrun tries for so long to open a log: longer than a run takes to see that it lost its lease. */
export const SEGMENT_OPEN_MS = 15_000
/** Segments that are worth a pack, and a look for packs. */
export const PACK_MIN_SEGMENTS = 64
/** A pack is full with this many bytes; a reader keeps several in memory. */
export const PACK_LIMIT_BYTES = 2 * 1024 * 1024
/** How often an object is created again while nobody knows whether it was. */
export const CREATE_ATTEMPT_LIMIT = 8
export const CREATE_BASE_DELAY_MS = 100
export const CREATE_MAX_DELAY_MS = 10_000
/** A stream on its way to an object store is kept in memory up to this, and in a file above. */
export const SPOOL_MEMORY_BYTES = 4 * 1024 * 1024
/** Of a request that may be repeated: reads, lists, and writes of what is named by its content. */
export const S3_ATTEMPTS = 8
/** An object store that does not take a connection, or is silent on one, for so long has failed. */
export const S3_CONNECT_MS = 10_000
export const S3_IDLE_MS = 60_000
/** Blobs up to this many bytes share files; larger ones have one each. */
export const PACKED_BLOB_LIMIT_BYTES = 64 * 1024
/** A pack of blobs is full with so many bytes, or so many blobs. */
export const BLOB_PACK_LIMIT_BYTES = 256 * 1024 * 1024
export const BLOB_PACK_LIMIT_COUNT = 65_536
/** Of one write to a pack. */
export const BLOB_BATCH_LIMIT_BYTES = 8 * 1024 * 1024
/** Packs that one thread keeps open for writing, of all its movies. */
export const BLOB_PACK_WRITER_LIMIT = 16
/** Packs of one movie that one thread keeps open for reading, and reads of them at the same time. */
export const BLOB_PACK_READ_CONCURRENCY = 8
/** A movie's packs that nobody has used for so long are closed, and what was known of them is let go. */
export const BLOB_PACK_IDLE_MS = 30_000
/** A pack that has so much is sealed when its thread has no work; a smaller one is soon read without an index. */
export const BLOB_PACK_REST_BYTES = 1024 * 1024
/** A pack of blobs below this is worth being put together with others, when there are so many. */
export const BLOB_PACK_SMALL_BYTES = 32 * 1024 * 1024
export const BLOB_PACK_SMALL_COUNT = 8

/** One record of a manifest. */
export const MANIFEST_LINE_LIMIT_BYTES = 64 * 1024 * 1024
/** Temporary files untouched for so long belong to a writer that died. */
export const TEMPORARY_KEEP_MS = 24 * 60 * 60_000
/** Entries of a folder that are looked at together. */
export const LIST_CHUNK_ENTRIES = 256
/** A folder of a store that was found to be one is looked at again after this. */
export const FOLDER_CHECK_KEEP_MS = 10
/** Folders of a store that a process knows to be there; older ones are looked for again. A movie with large blobs has 260. */
export const KNOWN_FOLDERS_LIMIT_COUNT = 4_096
/** Newest manifests that gc keeps. */
export const GC_MANIFESTS_KEPT = 3
/** Temporary files that gc takes for left behind. */
export const GC_TEMPORARY_KEEP_MS = 60 * 60_000
export const LEASE_RENEW_MS = 5_000
/** A lease whose counter stands still for so long, on the observer's clock, has lost its holder. */
export const LEASE_DEAD_MS = 30_000
/**
 * A holder of this host's name that is not found here (the machine was restarted, or another one has the name) is
 * watched for so long, three renewals, before its lease is taken.
 */
export const LEASE_RESTART_MS = 15_000
/** How often a lease is given back when the store fails. */
export const LEASE_RELEASE_ATTEMPTS = 4
/** Delay before the first repetition; each one after it is twice as long. */
export const LEASE_RELEASE_DELAY_MS = 100
/** How often a waiting process looks at another one's lease. */
export const LEASE_POLL_MS = 1_000
export const LEASE_FILE_LIMIT_BYTES = 64 * 1024
/** A check of one log or manifest tells of so many places; more are only counted. */
export const CHECK_FINDING_LIMIT = 1_000

/** One batch of OpenAI's batch API, by its own rules. */
export const OPENAI_BATCH_REQUESTS = 50_000
export const OPENAI_BATCH_BYTES = 200 * 1000 * 1000
/** Answers of one finished batch that a thread keeps, for jobs that ask later; more are downloaded again. */
export const OPENAI_BATCH_KEPT_BYTES = 16 * 1024 * 1024
/** Batches that a thread keeps answers of. */
export const OPENAI_BATCHES_KEPT = 8
/** Pages of 100 batches that are searched for one whose id was lost. */
export const OPENAI_BATCH_LOOKUP_PAGES = 50
/** A batch whose id was lost is looked for so often before it counts as never created. */
export const OPENAI_BATCH_LOOKUPS = 3
/** How often one batch is created while nobody knows whether it was. */
export const OPENAI_BATCH_CREATE_ATTEMPTS = 3
/** How often one batch is created while the service has not read its file yet. */
export const OPENAI_FILE_READY_ATTEMPTS = 12
/** A call that may be repeated (upload, poll, download) fails its jobs after so many failures in a row. */
export const OPENAI_CALL_ATTEMPTS = 10
export const OPENAI_CALL_MAX_DELAY_MS = 60_000
/** Pause of jobs whose batch was refused because too many tokens of others are waiting. */
export const OPENAI_QUEUE_FULL_DELAY_MS = 10 * 60_000

/** Of a probe, where the user sets no others. */
export const PROBE_MAX_CONCURRENCY = 256
export const PROBE_MAX_CALLS = 2_000
export const PROBE_MAX_TIME_MS = 120_000
/** Calls of one probe, and of them at once, that a user may ask for. */
export const PROBE_CALL_LIMIT = 1_000_000
