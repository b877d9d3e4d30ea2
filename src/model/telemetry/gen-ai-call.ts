/** A call of a model, in the words of the semantic conventions for generative AI. */
export interface GenAiCall {
  /** `chat`, `embeddings`, `generate_content`. */
  readonly operation: string
  /** `openai`, `anthropic`, `gcp.gemini`. */
  readonly provider: string
  readonly model: string | undefined
}
