export type PromptPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'file'; readonly bytes: Uint8Array; readonly mimeType: string }

/** One message of a conversation with a language model. */
export interface PromptMessage {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly PromptPart[]
}
