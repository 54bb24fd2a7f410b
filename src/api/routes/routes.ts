import type { Routes } from '../api.js'
import { auditRoutes } from './audit.js'
import { dataRoutes } from './data.js'
import { dashboardRoutes } from './dashboard.js'
import { docsRoutes } from './docs.js'
import { eventRoutes } from './events.js'
import { healthRoutes } from './health.js'
import { holdingRoutes } from './holdings.js'
import { jobRoutes } from './jobs.js'
import { keyRoutes } from './keys.js'
import { metricRoutes } from './metrics.js'
import { openapiRoutes } from './openapi.js'
import { pageKeyRoutes } from './page-keys.js'
import { promotionRoutes } from './promotions.js'
import { reportRoutes } from './reports.js'
import { runRoutes } from './runs.js'
import { sessionRoutes } from './sessions.js'
import { settingsRoutes } from './settings.js'
import { socketRoutes } from './socket.js'
import { strategyRoutes } from './strategies.js'
import { sweepRoutes } from './sweeps.js'

/** All resources of the server. */
export const ROUTES: readonly Routes[] = [
  healthRoutes,
  keyRoutes,
  pageKeyRoutes,
  dataRoutes,
  strategyRoutes,
  runRoutes,
  sweepRoutes,
  jobRoutes,
  promotionRoutes,
  sessionRoutes,
  holdingRoutes,
  settingsRoutes,
  reportRoutes,
  eventRoutes,
  socketRoutes,
  auditRoutes,
  metricRoutes,
  openapiRoutes,
  docsRoutes,
  dashboardRoutes,
]
