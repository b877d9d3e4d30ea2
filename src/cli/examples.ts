/** What the help of a command ends with. */

export const RUN_EXAMPLES = `
Examples:
  $ showrunner run book.yaml -i story="A fox learns to sail" -i pages=6
  $ showrunner run captions.yaml -i rows=@products.csv --concurrency 50
  $ showrunner run book.yaml --inputs book-inputs.yaml --movie book-2
  $ showrunner run captions.yaml -i rows=@products.csv --budget 20usd
  $ showrunner run book.yaml -i story=Fox --simulate       rehearse without calling a provider
  $ showrunner run book.yaml -i story=Fox --regenerate "Producer:Picture[3]"

Run the same command again to continue after Ctrl-C, a crash or failed jobs: only the rest is made.
Exit codes: 0 done, 1 failed jobs, 2 usage or invalid input, 3 movie busy, 4 budget spent, 6 stopped
(a service does not answer, or refuses everybody), 130 cancelled.`

export const PROBE_EXAMPLES = `
Examples:
  $ showrunner probe book.yaml --producer Picture -i story=Fox --max-cost 5usd
  $ showrunner probe --provider images --with prompt="A fox" --output-type image/png --html probe.html

The calls are real, and are paid for; nothing is written to a movie. Ctrl-C ends it with what was measured.`

export const LOG_EXAMPLES = `
Examples:
  $ showrunner log my-book --type job.failed
  $ showrunner log my-book --since 1200 --follow --json`

export const REHEARSE_EXAMPLES = `
Examples:
  $ showrunner rehearse book.yaml -i story=Fox --latency images=8s --concurrency 5,20,100
  $ showrunner rehearse captions.yaml -i rows=@products.csv      with the times of jobs made before`

export const ARTIFACTS_EXAMPLES = `
Examples:
  $ showrunner artifacts my-book --id "Producer:Picture*.Image"
  $ showrunner artifacts my-book --export ./out            writes every artifact as a file`

export const EDIT_EXAMPLES = `
Examples:
  $ showrunner edit my-book "Producer:Picture[3].Image" --file better.png
  $ showrunner edit my-book "Producer:Script.Title" --text "The Fox"`
