import { startTheme } from '../document/theme.js'

// The figures of the page take their colours from the style sheet.
startTheme(() => undefined)
