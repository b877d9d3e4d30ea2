/** The project that `showrunner init` writes: runs at once, without a key. */
export const STARTER_FILES: Readonly<Record<string, string>> = {
  'postcards.yaml': `name: postcards
inputs:
  rows: { type: table }
loops:
  place: { over: "\${inputs.rows}" }
producers:
  Greeting:
    loop: place
    provider: template
    with: { name: "\${place.name}", weather: "\${place.weather}" }
    config: { template: "Greetings from {{name}}! The weather is {{weather}}." }
    outputs: { Text: text }
  Album:
    provider: template
    with: { greetings: "\${Greeting[*].Text}" }
    config: { template: "{{#greetings}}* {{.}}\\n{{/greetings}}" }
    outputs: { Page: text }
`,
  'places.csv': `name,weather
Lisbon,sunny
Bergen,rainy
Reykjavik,windy
`,
  'showrunner.config.yaml': `# Providers by the names that blueprints use. Built-in ones (template, command, simulate, module) need no entry.
# providers:
#   images: { module: ./images.mjs, limits: { concurrency: 8 } }
concurrency: 5
`,
}
