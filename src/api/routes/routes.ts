import type { Routes } from '../api.js'
import { alertRoutes } from './trading/alerts.js'
import { auditRoutes } from './server/audit.js'
import { dataRoutes } from './research/data.js'
import { dashboardRoutes } from './server/dashboard.js'
import { docsRoutes } from './server/docs.js'
import { eventRoutes } from './events/events.js'
import { healthRoutes } from './server/health.js'
import { holdingRoutes } from './trading/holdings.js'
import { jobRoutes } from './research/jobs.js'
import { keyRoutes } from './server/keys.js'
import { metricRoutes } from './server/metrics.js'
import { notifierRoutes } from './server/notifiers.js'
import { openapiRoutes } from './server/openapi.js'
import { pageKeyRoutes } from './server/page-keys.js'
import { promotionRoutes } from './trading/promotions.js'
import { reportRoutes } from './research/reports.js'
import { runRoutes } from './research/runs.js'
import { sessionCandleRoutes } from './trading/session-candles.js'
import { sessionRoutes } from './trading/sessions.js'
import { settingsRoutes } from './trading/settings.js'
import { socketRoutes } from './events/socket.js'
import { strategyRoutes } from './research/strategies.js'
import { sweepRoutes } from './research/sweeps.js'

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
  sessionCandleRoutes,
  holdingRoutes,
  settingsRoutes,
  alertRoutes,
  reportRoutes,
  eventRoutes,
  socketRoutes,
  auditRoutes,
  notifierRoutes,
  metricRoutes,
  openapiRoutes,
  docsRoutes,
  dashboardRoutes,
]
