import type { Context } from './context';
import { isTacitServerError } from './errors';
import { renewTemplate } from './renew-template';
import { typingTemplateKind } from './typing-template';

/** Templates looked at in one round. */
const BATCH = 200;

/**
 * Calibrates the templates that have learned since they were last calibrated: off the way of a request, in slices between which the process
 * serves requests. A template that learns again meanwhile is left for the next round.
 *
 * @returns how many were calibrated
 */
export async function calibrateTemplates(ctx: Context): Promise<number> {
  let calibrated = 0;
  for (;;) {
    const now = ctx.clock();
    const due = await ctx.store.transaction((tx) => tx.due(typingTemplateKind.kind, now, BATCH));
    let changed = 0;
    for (const { subject, id } of due) {
      if (id === 'current') {
        changed += (await renews(ctx, subject)) ? 1 : 0;
      }
    }
    calibrated += changed;
    // A full batch of which none could be calibrated would come again.
    if (due.length < BATCH || changed === 0) {
      return calibrated;
    }
  }
}

/** One template that can not be renewed does not keep the others from it. */
async function renews(ctx: Context, subject: string): Promise<boolean> {
  try {
    return (await renewTemplate(ctx, subject)).status === 'renewed';
  } catch (error) {
    if (!isTacitServerError(error, 'ERR_RECORD_CORRUPT')) {
      throw error;
    }
    ctx.log({ level: 'error', event: 'calibration-failed', code: error.code });
    return false;
  }
}
