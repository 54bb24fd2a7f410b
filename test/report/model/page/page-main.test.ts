import { describe, expect, it } from 'vitest'
import { html } from '../../../../src/report/model/page/html-text.js'
import { besideIn, NOTHING_BESIDE, relinked } from '../../../../src/report/model/page/page-links.js'
import { pageMain } from '../../../../src/report/model/page/page-main.js'

const section = (title: string) => html`<section><h2>${title}</h2></section>`
const top = html`<header>top</header>`

describe('the main part of a page', () => {
  it('has a table of contents where it is long, each entry with its heading', () => {
    const titles = ['Chart', 'Costs & fees', 'Metrics', 'Manifest']
    const { markup } = pageMain([top, null, ...titles.map(section)], NOTHING_BESIDE)
    const entries = [...markup.matchAll(/<a href="#([^"]+)">([^<]+)<\/a>/g)]
    expect(entries.map(([, , title]) => title)).toEqual([
      'Chart',
      'Costs &amp; fees',
      'Metrics',
      'Manifest',
    ])
    for (const [, id, title] of entries) expect(markup).toContain(`<h2 id="${id}">${title}</h2>`)
  })

  it('has none where it is short', () => {
    expect(pageMain([top, section('Chart')], NOTHING_BESIDE).markup).not.toContain('On this page')
  })
})

describe('the pages beside a page', () => {
  const links = [
    { file: 'sweep-1.html', label: 'Sweep' },
    { file: `a "b" & <c>.html`, label: 'Odd & <name>' },
  ]

  it('are found in the page again, whatever their names hold', () => {
    const page = pageMain([top], { about: 'ma_crossover "SOL" 1h', links }).markup
    expect(page).not.toContain('hidden')
    expect(besideIn(page)).toMatchObject({ about: 'ma_crossover "SOL" 1h' })
    expect(besideIn(page)!.links.map(({ file }) => file)).toEqual(links.map(({ file }) => file))
  })

  it('can be added to a page that had none', () => {
    const page = pageMain([top], NOTHING_BESIDE).markup
    expect(page).toContain('hidden')
    const linked = relinked(page, { about: '', links: links.slice(0, 1) })
    expect(besideIn(linked)!.links).toEqual(links.slice(0, 1))
    expect(linked).toContain('<header>top</header>')
    expect(linked).not.toContain('hidden')
  })

  it('are none of another file', () => {
    expect(besideIn('<html></html>')).toBeNull()
    expect(relinked('<html></html>', { about: '', links })).toBe('<html></html>')
  })
})
