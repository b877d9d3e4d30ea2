const byId = id => document.getElementById(id)
const grid = byId('grid')
const search = byId('search')
const sort = byId('sort')
const viewer = byId('viewer')
const cards = [...grid.children]
const chips = [...document.querySelectorAll('.chip')]
let continent = ''
let shown = cards
let current

const plain = text =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()

function filter() {
  const words = plain(search.value).split(/\s+/)
  for (const card of cards) {
    const isThere = !continent || card.dataset.continent === continent
    card.hidden = !isThere || !words.every(word => card.dataset.words.includes(word))
  }
  shown = [...grid.children].filter(card => !card.hidden)
  byId('tally').textContent = shown.length
    ? `${shown.length} of ${cards.length} countries`
    : 'No country matches.'
}

function arrange() {
  const key = sort.value
  const order = new Intl.Collator('en')
  const compare =
    key === 'name'
      ? (a, b) => order.compare(a.dataset.name, b.dataset.name)
      : (a, b) => b.dataset[key] - a.dataset[key]
  grid.append(...cards.toSorted(compare))
  filter()
}

function show(card) {
  current = card
  const preview = card.querySelector('img')
  const image = byId('viewer-image')
  image.alt = preview.alt
  image.src = preview.src
  const full = new Image()
  full.onload = () => {
    if (current === card) image.src = full.src
  }
  full.src = card.dataset.picture
  byId('viewer-name').textContent = card.dataset.name
  byId('viewer-caption').textContent = card.querySelector('.caption').textContent
  byId('viewer-facts').innerHTML = card.querySelector('.facts').innerHTML
  if (!viewer.open) viewer.showModal()
}

const step = by => show(shown[(shown.indexOf(current) + by + shown.length) % shown.length])

search.addEventListener('input', filter)
sort.addEventListener('change', arrange)
byId('toolbar').addEventListener('submit', event => event.preventDefault())
for (const chip of chips) {
  chip.addEventListener('click', () => {
    continent = chip.dataset.continent
    for (const other of chips) other.setAttribute('aria-pressed', String(other === chip))
    filter()
  })
}
grid.addEventListener('click', event => {
  const card = event.target.closest('.open')?.closest('.card')
  if (card) show(card)
})
byId('previous').addEventListener('click', () => step(-1))
byId('next').addEventListener('click', () => step(1))
byId('close').addEventListener('click', () => viewer.close())
viewer.addEventListener('click', event => {
  if (event.target === viewer) viewer.close()
})
document.addEventListener('keydown', event => {
  if (viewer.open && event.key === 'ArrowLeft') step(-1)
  else if (viewer.open && event.key === 'ArrowRight') step(1)
  else if (event.key === '/' && document.activeElement !== search && !viewer.open) {
    event.preventDefault()
    search.focus()
  }
})

byId('toolbar').hidden = false
filter()
