import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import type { Home } from './home.js'

/** A text for somebody at another machine: where things lie on this one is not for him. */
export function placeless(text: string, { folder }: Pick<Home, 'folder'>): string {
  return text.replaceAll(folder, '.assay').replaceAll(PACKAGE_ROOT, 'assay')
}
