import type { Context } from './context';
import { isOfOneTemplate, renewTemplate } from './renew-template';
import type { StoreRecord } from './store';
import { typingTemplateKind } from './typing-template';

/** Templates looked at in one round. */
const BATCH = 200;
/** When a template that can not be renewed is looked at again. */
const RETRY_MS = 86_400_000;

export interface Calibrations {
  calibrated: number;
  /** Templates that can not be renewed; each is logged by its code, and tried again a day later. */
  failed: number;
}

/**
 * Calibrates the templates that have learned since they were last calibrated: off the way of a request, in slices between which the process
 * serves requests. A template that learns again meanwhile is left for the next round.
 */
export async function calibrateTemplates(ctx: Context): Promise<Calibrations> {
  const made: Calibrations = { calibrated: 0, failed: 0 };
  for (;;) {
    const now = ctx.clock();
    const due = await ctx.store.transaction((tx) => tx.due(typingTemplateKind.kind, now, BATCH));
    const before = made.calibrated + made.failed;
    for (const record of due) {
      if (record.id === 'current') {
        const outcome = await renew(ctx, record);
        if (outcome !== 'left') {
          made[outcome]++;
        }
      }
    }
    // A full batch of which nothing came would come again.
    if (due.length < BATCH || made.calibrated + made.failed === before) {
      return made;
    }
  }
}

/** One template that can not be renewed does not keep the others from it. */
async function renew(ctx: Context, record: StoreRecord): Promise<'calibrated' | 'failed' | 'left'> {
  try {
    return (await renewTemplate(ctx, record.subject)).status === 'renewed' ? 'calibrated' : 'left';
  } catch (error) {
    if (!isOfOneTemplate(error)) {
      throw error;
    }
    ctx.log({ level: 'error', event: 'calibration-failed', code: error.code });
    const { version, ...unopened } = record;
    // One that was written meanwhile has a time of its own.
    await ctx.store.transaction((tx) => tx.put({ ...unopened, due: ctx.clock() + RETRY_MS }, { ifVersion: version }));
    return 'failed';
  }
}
