import type { RunData } from '../../../backtest/run/record/run-request.js'
import { Field } from '../../../backtest/sweep/plan/field.js'
import type { SweepPlan } from '../../../backtest/sweep/plan/sweep-plan.js'
import { timedCall } from '../../strategy/guard/time-limit.js'
import { requestFrom } from '../../backtest/stored/stored-run.js'

/** The fields of a plan over their candles, their strategies loaded. */
export async function openFields(
  plan: SweepPlan,
  data: readonly RunData[],
  folder: string,
): Promise<Field[]> {
  const fields: Field[] = []
  for (const [k, field] of plan.fields.entries()) {
    const request = await requestFrom(field.base, folder)
    const { name } = request.strategies[0]!.strategy
    fields.push(timedCall(name, () => new Field(field, request, data[k]!)))
  }
  return fields
}
