import type { Page } from 'playwright-core'

/** A phone, upright. */
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

/** How wide the page is: more than its window where it moves sideways. */
export function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth')
}

/** Different colours among the pixels of a chart: an empty one has one. */
export function coloursIn(page: Page, chart: number): Promise<number> {
  return page.evaluate<number>(`(() => {
    const colours = new Set()
    const element = document.querySelectorAll('.chart')[${chart}]
    for (const canvas of element.querySelectorAll('canvas')) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      for (const pixel of new Uint32Array(data.buffer)) colours.add(pixel)
    }
    return colours.size
  })()`)
}

/** The pixels of a chart as text. */
export async function pictureOf(page: Page, chart: string): Promise<string> {
  // The library draws with the next frame.
  await page.evaluate(
    'new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))',
  )
  return page.evaluate<string>(
    `[...document.querySelectorAll('${chart} canvas')].map(layer => layer.toDataURL()).join()`,
  )
}

/** Pairs of texts that stand on each other, all details open; what scrolls is left aside. */
export function overlapsIn(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`(() => {
    for (const part of document.querySelectorAll('details')) part.open = true
    const texts = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const node = walker.currentNode
      if (node.textContent.trim() === '') continue
      if (node.parentElement.closest('script, style, noscript, option, .hidden, .scroll, pre')) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const { left, right, top, bottom } of range.getClientRects()) {
        if (right > left) texts.push({ left, right, top, bottom, text: node.textContent.trim() })
      }
    }
    texts.sort((a, b) => a.top - b.top)
    const found = []
    texts.forEach((a, k) => {
      for (let n = k + 1; n < texts.length && texts[n].top < a.bottom - 3; n++) {
        const b = texts[n]
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left)
        if (wide > 2) found.push(a.text.slice(0, 40) + ' / ' + b.text.slice(0, 40))
      }
    })
    return found
  })()`)
}
