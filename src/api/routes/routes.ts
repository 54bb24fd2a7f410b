import type { Routes } from '../api.js'
import { healthRoutes } from './health.js'
import { jobRoutes } from './jobs.js'
import { keyRoutes } from './keys.js'
import { openapiRoutes } from './openapi.js'

/** All resources of the server. */
export const ROUTES: readonly Routes[] = [healthRoutes, keyRoutes, jobRoutes, openapiRoutes]
