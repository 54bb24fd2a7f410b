export { PACKAGE_ROOT } from '../../data/files/package-root.js'
