/** Colours of the charts, as the style sheet has them now. */
export interface Palette {
  readonly background: string
  readonly text: string
  readonly faint: string
  readonly line: string
  readonly gain: string
  readonly loss: string
  readonly accent: string
  readonly muted: string
  readonly series: readonly string[]
}

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const KEY = 'assay-theme'

/** Reads the palette from the style sheet. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    background: value('surface'),
    text: value('text-soft'),
    faint: value('grid'),
    line: value('border'),
    gain: value('gain'),
    loss: value('loss'),
    accent: value('accent'),
    muted: value('muted'),
    series: [1, 2, 3, 4, 5, 6].map(k => value(`series-${k}`)),
  }
}

/** Wires the theme button, and calls `repaint` whenever colours change. */
export function startTheme(repaint: () => void): void {
  const button = document.getElementById('theme')
  let theme = remembered()
  const apply = (): void => {
    document.documentElement.dataset['theme'] = theme
    if (button) button.textContent = `Theme: ${theme}`
    repaint()
  }
  button?.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!
    remember(theme)
    apply()
  })
  addEventListener('beforeprint', () => {
    document.documentElement.dataset['theme'] = 'light'
    repaint()
  })
  addEventListener('afterprint', apply)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply)
  apply()
}

/** The theme chosen before. Storage may be closed to a file page; then there is none. */
export function remembered(): Theme {
  try {
    return THEMES.find(theme => theme === localStorage.getItem(KEY)) ?? 'system'
  } catch {
    return 'system'
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // The choice then lasts as long as the page.
  }
}
