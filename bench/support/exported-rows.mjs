/** The table that is given, and what is made from each row. @param {number} count */
export function tableText(count) {
  const lines = ['sku,title']
  for (let id = 0; id < count; id++) lines.push(`${id},"Lamp, no ${id}"`)
  return `${lines.join('\n')}\n`
}

/** A row as it is exported. @param {number} id @returns {Record<string, unknown>} */
export const exportedRow = id => ({
  key: id,
  sku: String(id),
  title: `Lamp, no ${id}`,
  'Copy.Text': `Lamp, no ${id}: so bright that you can read the small print by it.`,
  status: 'succeeded',
  errorCode: null,
  errorMessage: null,
  costUsd: 0,
  provider: 'template',
  model: null,
})

export const BLUEPRINT = `name: shop
inputs: { rows: { type: table } }
loops: { row: { over: "\${inputs.rows}" } }
producers:
  Copy:
    loop: row
    provider: template
    with: { title: "\${row.title}" }
    config: { template: "{{{title}}}: so bright that you can read the small print by it." }
    outputs: { Text: text }
`
